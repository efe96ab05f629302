import { excessOf, type Limits } from '../estimate/index.ts';
import {
  dominates,
  objectiveVector,
  paretoFront,
  type Objective,
  type ObjectiveVector,
} from '../pareto/index.ts';
import type { MeasuredPair } from './loop-state.ts';
import { measuredMerits, predictedMerits, type LoopCandidate } from './proposal.ts';

/** The measured networks within the limits that no other such dominates, best score first. */
export function finalFront(
  measured: readonly MeasuredPair[],
  objectives: readonly Objective[],
): MeasuredPair[] {
  const feasible = measured.filter(({ feasible: isFeasible }) => isFeasible);
  const vectors = feasible.map(({ proposal, outcome }) =>
    objectiveVector(measuredMerits(proposal, outcome), objectives),
  );
  return paretoFront(vectors)
    .map((index) => feasible[index]!)
    .toSorted((a, b) => b.proposal.score.value - a.proposal.score.value);
}

/**
 * Candidates without those that can be on no front: worse than another one that is surely within the limits, even if they
 * turn out as cheap as their interval allows and the other as dear.
 */
export function hopeful(
  candidates: readonly LoopCandidate[],
  { objectives, limits }: { readonly objectives: readonly Objective[]; readonly limits: Limits },
): LoopCandidate[] {
  const vectorOf = (candidate: LoopCandidate, cost: number): ObjectiveVector =>
    objectiveVector({ ...predictedMerits(candidate), cost }, objectives);
  const sure = candidates
    .filter(
      ({ estimate: { cost, sramBytes, flashBytes } }) =>
        excessOf({ cost: cost.high, sramBytes, flashBytes }, limits) === 0,
    )
    .map((candidate) => vectorOf(candidate, candidate.estimate.cost.high));
  const front = paretoFront(sure).map((index) => sure[index]!);
  return candidates.filter((candidate) => {
    const best = vectorOf(candidate, candidate.estimate.cost.low);
    return !front.some((other) => dominates(other, best));
  });
}
