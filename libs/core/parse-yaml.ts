import { LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { FarmError } from './farm-error.ts';

export interface ParsedYaml<T> {
  readonly value: T;
  /** Refuses the file for a mistake that the schema does not see, at the line where `path` stands. */
  readonly refuse: (path: readonly PropertyKey[], text: string) => never;
}

/**
 * Reads YAML that must be as `schema` says. Error USAGE_INVALID names file, line, place and what was expected there; the
 * first mistake is told, all are in the context.
 */
export function parseYaml<T>(text: string, file: string, schema: z.ZodType<T>): ParsedYaml<T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  const [broken] = document.errors;
  if (broken !== undefined) {
    refuse([{ line: lineAt(broken.pos[0]), text: broken.message.split('\n')[0]! }], file);
  }
  const parsed = schema.safeParse(toPlain(document, file));
  if (!parsed.success) {
    const mistakes = parsed.error.issues.map((issue) => ({
      line: lineAt(offsetOf(document, issue.path)),
      text: `${issue.path.join('.') || 'the file'}: ${issue.message}`,
    }));
    return refuse(mistakes, file);
  }
  return {
    value: parsed.data,
    refuse: (path, why) => refuse([{ line: lineAt(offsetOf(document, path)), text: why }], file),
  };
}

/** Aliases that grow without end are refused by the parser only here. */
function toPlain(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    return refuse([{ line: 1, text: error instanceof Error ? error.message : String(error) }], file);
  }
}

function refuse(mistakes: readonly { line: number; text: string }[], file: string): never {
  const [first] = mistakes;
  throw new FarmError('USAGE_INVALID', `${file}:${first!.line}: ${first!.text}`, { context: { mistakes } });
}

/** Where a value stands; where it is missing, where the value stands that should hold it. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) {
      return node.range[0] as number;
    }
  }
  return document.contents?.range?.[0] ?? 0;
}
