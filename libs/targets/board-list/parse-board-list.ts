import { LineCounter, parseDocument, type Document } from 'yaml';
import { FarmError } from '#core';
import { boardListSchema, type BoardEntry } from './board-entry.ts';

/**
 * Reads a boards.yaml. Error USAGE_INVALID names file, line, place and what was expected there; the first mistake is
 * told, all are in the context.
 */
export function parseBoardList(text: string, file: string): BoardEntry[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  const [broken] = document.errors;
  if (broken !== undefined) {
    refuse([{ line: lineAt(broken.pos[0]), text: broken.message.split('\n')[0]! }], file);
  }
  const parsed = boardListSchema.safeParse(document.toJS());
  if (!parsed.success) {
    const mistakes = parsed.error.issues.map((issue) => ({
      line: lineAt(offsetOf(document, issue.path)),
      text: `${issue.path.join('.') || 'the file'}: ${issue.message}`,
    }));
    return refuse(mistakes, file);
  }
  const { boards } = parsed.data;
  const seen = new Set<string>();
  for (const [i, { name }] of boards.entries()) {
    if (seen.has(name)) {
      const line = lineAt(offsetOf(document, ['boards', i, 'name']));
      refuse([{ line, text: `board ${name} is listed twice, expected each name once` }], file);
    }
    seen.add(name);
  }
  return boards;
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
