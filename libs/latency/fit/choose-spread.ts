import type { Design } from './design.ts';
import { NormalEquations } from './normal-equations.ts';
import { logEvidence } from './posterior.ts';
import { priorPrecision, type PriorPrecision, type PriorSpread } from './prior.ts';

/** What the rows themselves say of how well sums of costs can fit, and how far costs are from the expected ones. */
export interface Spread {
  /** Share by which a network's cost differs from the best sum, beyond measured noise. */
  readonly misfit: number;
  readonly prior: PriorSpread;
}

export interface ChosenSpread extends Spread {
  readonly precision: PriorPrecision;
  readonly logEvidence: number;
}

const misfits = [0.0002, 0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032];
const common = 0.3;

/** From nominal costs a factor of two is nothing unusual; a sibling's model may be nearly right. */
const priors: readonly PriorSpread[] = [0.01, 0.05, 0.2, 0.6].flatMap((group) =>
  [0.01, 0.05, 0.2, 0.6].map((own) => ({ common, group, own })),
);

/** The most probable of a grid, given the rows: each row an index and its cost. */
export function chooseSpread(design: Design, rows: ReadonlyMap<number, number>): ChosenSpread {
  const precisions = priors.map((prior) => ({ prior, precision: priorPrecision(design.features, prior) }));
  let best: ChosenSpread | undefined;
  for (const misfit of misfits) {
    const equations = gatherRows(design, rows, misfit);
    for (const { prior, precision } of precisions) {
      const evidence = logEvidence(equations, precision);
      if (best === undefined || evidence > best.logEvidence) {
        best = { misfit, prior, precision, logEvidence: evidence };
      }
    }
  }
  return best!;
}

export function gatherRows(
  design: Design,
  rows: ReadonlyMap<number, number>,
  misfit: number,
): NormalEquations {
  const equations = new NormalEquations(design.features.length);
  for (const [row, cost] of rows) design.gather(equations, row, cost, misfit);
  return equations;
}
