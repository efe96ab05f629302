import { coverage, intervalReach } from '../evaluate/calibrate.ts';
import { crossValidate, type HeldOutRow } from '../evaluate/cross-validate.ts';
import { reportErrors, type ErrorReport, type PredictedPair } from '../evaluate/metrics.ts';
import { product } from '../features/sparse-counts.ts';
import type { BoardOffset } from '../fit/board-offsets.ts';
import { classShares } from '../fit/class-shares.ts';
import type { CountedLayer, CountedRows } from '../fit/counted-rows.ts';
import type { Outlier } from '../fit/deviations.ts';
import { fitAdditive, type AdditiveFit, type FitOptions } from '../fit/fit-additive.ts';
import { nominalPrior } from '../fit/prior.ts';
import { fitResidual } from '../residual/residual-model.ts';
import type { ResidualModel } from '../residual/residual-schema.ts';
import type { ModelDocument } from './model-document.ts';
import { modelFormat } from './model-format.ts';

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

/** The same rows give the same bits. A thread loads this and little else: it would cost more than the fit. */
export function fitCounted(counted: CountedRows, options: FitOptions = {}): FittedModel {
  const fit = fitAdditive(counted, options);
  const sum = sumModel(fit, counted, options);
  const { heldOut, residual } = withResidual(fit);
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
function sumModel(fit: AdditiveFit, counted: CountedRows, options: FitOptions): ModelDocument {
  const { target, fidelity } = fit.rows[0]!;
  const networks = fit.rows.filter(({ isOperator }) => isOperator !== true);
  const macs = networks.map(({ network }) => network.macs);
  const shares = fidelity === 'emulated' ? classShares(counted) : undefined;
  return {
    format: modelFormat,
    target,
    fidelity,
    unit: fidelity === 'emulated' ? 'instructions' : 'cycles',
    features: fit.features.map((name, index) => ({
      name,
      cost: fit.costs[index]!,
      expected: fit.expected[index]!,
    })),
    root: fit.posterior.root.map((row) => [...row]),
    misfit: fit.posterior.misfit,
    reach: 1,
    scale: fit.design.scale,
    macs: [Math.min(...macs), Math.max(...macs)],
    ...(shares === undefined ? {} : { classShares: shares }),
    prior: (options.prior ?? nominalPrior).source,
    rows: fit.rows.length,
  };
}

/** The held-out rows, corrected by a residual model if there is one that is worth it. */
function withResidual(fit: AdditiveFit): { heldOut: HeldOutRow[]; residual?: ResidualModel } {
  const heldOut = crossValidate(fit);
  const residual = fitResidual(
    heldOut.map(({ row, measured, predicted }) => ({
      network: fit.rows[row]!.network,
      error: measured / predicted - 1,
    })),
    ({ counts }: CountedLayer) => product(counts, fit.costs),
  );
  if (residual === undefined) return { heldOut };
  for (const [index, row] of heldOut.entries()) {
    const corrected = row.predicted * (1 + residual.heldOut[index]!);
    heldOut[index] = { ...row, predicted: corrected };
  }
  return { heldOut, residual: residual.model };
}
