import {
  crossValidate,
  coverage,
  intervalReach,
  inverseRoot,
  reportErrors,
  type ErrorReport,
} from '../evaluate/index.ts';
import { fitAdditive, nominalPrior, type BoardOffset, type FitOptions, type Outlier } from '../fit/index.ts';
import type { TrainingRow } from '../fit/index.ts';
import { modelFormat, type ModelDocument } from './model-document.ts';

export interface FitReport {
  /** On held-out rows. */
  readonly crossValidation: ErrorReport;
  /** Share of the held-out rows inside their 90 % interval. */
  readonly coverage: number;
  readonly boards: readonly BoardOffset[];
  readonly outliers: readonly Outlier[];
}

export interface FittedModel {
  readonly model: ModelDocument;
  readonly report: FitReport;
}

/** The same rows give the same bits, in whatever order. Errors: as `fitAdditive`. */
export function fitModel(rows: readonly TrainingRow[], options: FitOptions = {}): FittedModel {
  const fit = fitAdditive(rows, options);
  const heldOut = crossValidate(fit);
  const reach = intervalReach(heldOut);
  const { design, spread } = fit;
  const { target, fidelity } = fit.rows[0]!;
  const macs = fit.rows.map(({ network }) => network.macs);
  return {
    model: {
      format: modelFormat,
      target,
      fidelity,
      unit: fidelity === 'emulated' ? 'instructions' : 'cycles',
      features: design.features.map((name, index) => ({
        name,
        cost: fit.costs[index]!,
        expected: design.expected[index]!,
      })),
      root: inverseRoot(fit.posterior.decomposition),
      misfit: spread.misfit,
      reach,
      scale: design.scale,
      macs: [Math.min(...macs), Math.max(...macs)],
      prior: (options.prior ?? nominalPrior).source,
      rows: rows.length,
    },
    report: {
      crossValidation: reportErrors(heldOut),
      coverage: coverage(heldOut, reach),
      boards: fit.boards,
      outliers: fit.outliers,
    },
  };
}
