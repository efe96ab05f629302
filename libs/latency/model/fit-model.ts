import { countRows, type FitOptions, type TrainingRow } from '../fit/index.ts';
import { fitCounted, type FittedModel } from './fit-counted.ts';

/** The same rows give the same bits, in whatever order. Errors: MODEL_TOO_FEW_ROWS, MODEL_ROWS_MIXED. */
export function fitModel(rows: readonly TrainingRow[], options: FitOptions = {}): FittedModel {
  return fitCounted(countRows(rows), options);
}
