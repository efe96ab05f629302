import { createHash } from 'node:crypto';

import type { GeneratedCode } from '#codegen';

/** Fields of the generated tables that hold what training changes: zero points, bounds, factors. */
const dataField = /^\s*\.\w*(zero_point|activation|multiplier|rounding|shift)\w* = .*$/gm;

/**
 * What two candidates that differ only in their weights have in common: the generated code, with the size of the weights
 * in place of their bytes and without the numbers that come from quantisation. Whether that makes their costs equal is
 * checked where it is used (docs/decisions/0006-weights-only.md).
 */
export function timingKey(code: GeneratedCode): string {
  const hash = createHash('sha256');
  for (const { path, content } of code.files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const text = typeof content === 'string' ? content.replaceAll(dataField, '') : `${content.length} bytes`;
    hash.update(`\0${path}\0${text}`);
  }
  return hash.digest('hex');
}
