import {
  crossValidate,
  coverage,
  intervalReach,
  reportErrors,
  type ErrorReport,
  type HeldOutRow,
  type PredictedPair,
} from '../evaluate/index.ts';
import {
  classShares,
  fitAdditive,
  nominalPrior,
  type AdditiveFit,
  type BoardOffset,
  type FitOptions,
  type Outlier,
} from '../fit/index.ts';
import { fitResidual, type ResidualModel } from '../residual/index.ts';
import type { TrainingRow } from '../fit/index.ts';
import { modelFormat, type ModelDocument } from './model-document.ts';
import { Predictor } from './predictor.ts';

export interface FitReport {
  /** On held-out rows. */
  readonly crossValidation: ErrorReport;
  /** Share of the held-out rows inside their 90 % interval. */
  readonly coverage: number;
  readonly boards: readonly BoardOffset[];
  readonly outliers: readonly Outlier[];
  /** Each row that took part, predicted without it, with its board's offset taken out. */
  readonly heldOut: readonly HeldOutPrediction[];
}

export interface HeldOutPrediction extends PredictedPair {
  /** Of the row. */
  readonly id: string;
  /** Of the 90 % interval, to either side. */
  readonly half: number;
}

export interface FittedModel {
  readonly model: ModelDocument;
  readonly report: FitReport;
}

/** The same rows give the same bits, in whatever order. Errors: as `fitAdditive`. */
export function fitModel(rows: readonly TrainingRow[], options: FitOptions = {}): FittedModel {
  const fit = fitAdditive(rows, options);
  const sum = sumModel(fit, options);
  const { heldOut, residual } = withResidual(fit, sum);
  const reach = intervalReach(heldOut);
  return {
    model: { ...sum, reach, ...(residual === undefined ? {} : { residual }) },
    report: {
      crossValidation: reportErrors(heldOut),
      coverage: coverage(heldOut, reach),
      boards: fit.boards,
      outliers: fit.outliers,
      heldOut: heldOut.map(({ row, deviation, candidate, macs: size, measured, predicted }) => ({
        id: fit.rows[row]!.id,
        candidate,
        macs: size,
        measured,
        predicted,
        half: reach * deviation,
      })),
    },
  };
}

/** The costs as a document, with an interval that nothing has calibrated yet. */
function sumModel(fit: AdditiveFit, options: FitOptions): ModelDocument {
  const { design } = fit;
  const { target, fidelity } = fit.rows[0]!;
  const networks = fit.rows.filter(({ isOperator }) => isOperator !== true);
  const macs = networks.map(({ network }) => network.macs);
  const shares = fidelity === 'emulated' ? classShares(fit.rows) : undefined;
  return {
    format: modelFormat,
    target,
    fidelity,
    unit: fidelity === 'emulated' ? 'instructions' : 'cycles',
    features: design.features.map((name, index) => ({
      name,
      cost: fit.costs[index]!,
      expected: design.expected[index]!,
    })),
    root: fit.posterior.root.map((row) => [...row]),
    misfit: fit.posterior.misfit,
    reach: 1,
    scale: design.scale,
    macs: [Math.min(...macs), Math.max(...macs)],
    ...(shares === undefined ? {} : { classShares: shares }),
    prior: (options.prior ?? nominalPrior).source,
    rows: fit.rows.length,
  };
}

/** The held-out rows, corrected by a residual model if there is one that is worth it. */
function withResidual(
  fit: AdditiveFit,
  sum: ModelDocument,
): { heldOut: HeldOutRow[]; residual?: ResidualModel } {
  const heldOut = crossValidate(fit);
  const predictor = new Predictor(sum);
  const residual = fitResidual(
    heldOut.map(({ row, measured, predicted }) => ({
      network: fit.rows[row]!.network,
      error: measured / predicted - 1,
    })),
    (layer) => predictor.layerCost(layer),
  );
  if (residual === undefined) return { heldOut };
  for (const [index, row] of heldOut.entries()) {
    const corrected = row.predicted * (1 + residual.heldOut[index]!);
    heldOut[index] = { ...row, predicted: corrected };
  }
  return { heldOut, residual: residual.model };
}
