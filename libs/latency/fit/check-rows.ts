import { FarmError } from '#core';
import type { TrainingRow } from './training-row.ts';

/** Errors: MODEL_TOO_FEW_ROWS, MODEL_ROWS_MIXED. */
export function checkRows(rows: readonly TrainingRow[]): void {
  const networks = rows.filter(({ isOperator }) => isOperator !== true).length;
  if (networks < 3) {
    throw new FarmError('MODEL_TOO_FEW_ROWS', `a model of ${networks} measurements, expected at least 3`);
  }
  const kinds = new Set(rows.map(({ target, fidelity }) => `${fidelity} measurements of ${target}`));
  if (kinds.size > 1) {
    throw new FarmError('MODEL_ROWS_MIXED', `a model of ${[...kinds].join(' and ')}, expected one kind`);
  }
}
