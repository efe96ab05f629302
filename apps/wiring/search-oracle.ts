import { readFile } from 'node:fs/promises';

import { FarmError, messageOf } from '#core';
import {
  httpOracle,
  macsOracle,
  onnxOracle,
  programOracle,
  tableOracle,
  type AccuracyOracle,
  type OracleKind,
} from '#search';

export interface OracleWish {
  /** `macs`, `table:FILE`, `onnx:FILE`, `program:COMMAND` or a URL. */
  readonly spec: string;
  /** What the answers are; MACs are a proxy in any case. */
  readonly kind: OracleKind;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const expected = "expected 'macs', 'table:FILE', 'onnx:FILE', 'program:COMMAND' or a URL";

/** Errors: USAGE_INVALID, FILE_NOT_READABLE, ORACLE_FAILED, ORACLE_MISSING. */
export async function createOracle({ spec, kind, timeoutMs, signal }: OracleWish): Promise<AccuracyOracle> {
  if (spec === 'macs') return macsOracle;
  if (/^https?:\/\//.test(spec)) return httpOracle({ url: checkedUrl(spec), kind, timeoutMs, signal });
  const [, scheme, rest = ''] = /^(table|onnx|program):(.+)$/s.exec(spec) ?? [];
  if (scheme === 'table') return tableOracle(`table ${rest}`, await readText(rest), kind);
  if (scheme === 'onnx') return onnxOracle({ path: rest, kind });
  if (scheme === 'program') return programOracle({ command: rest, kind, timeoutMs, signal });
  throw new FarmError('USAGE_INVALID', `the oracle is '${spec}', ${expected}`);
}

function checkedUrl(text: string): string {
  if (!URL.canParse(text)) throw new FarmError('USAGE_INVALID', `the oracle is '${text}', ${expected}`);
  return text;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new FarmError('FILE_NOT_READABLE', `${path}: ${messageOf(error)}`, { cause: error });
  }
}
