import type { Limits } from '../estimate/index.ts';
import { expectedGain, withinCostLimit } from './expected-gain.ts';
import { isWithin, noMargins, type Margins } from './margins.ts';
import { predictedMerits, type LoopCandidate, type Proposal, type Purpose } from './proposal.ts';
import type { MeasuredFront } from './yardstick.ts';

/** Shares of a batch that are not spent on what is expected to improve the front most. */
export interface BatchShares {
  readonly exploration: number;
  readonly boundary: number;
}

export interface BatchRequest {
  /** Not measured yet, all different. */
  readonly candidates: readonly LoopCandidate[];
  readonly front: MeasuredFront;
  readonly limits: Limits;
  readonly margins: Margins;
  readonly size: number;
  readonly shares: BatchShares;
  /** Which of the candidates would teach the model most, best first. */
  readonly teach: (candidates: readonly LoopCandidate[], count: number) => readonly LoopCandidate[];
}

/** Explored is only what might join the front: so many candidates for each place in the batch. */
const explorationPool = 8;
/** A model that knows the costs of a whole pool to this share (90 %) has nothing to learn from it. */
const wellKnown = 0.005;
/** Between these, whether a cost is within its limit is an open question. */
const openQuestion = { from: 0.05, to: 0.95 };

/** The networks to measure next, best first; fewer than asked where nothing is worth it. */
export function chooseBatch(request: BatchRequest): Proposal[] {
  const { candidates, limits, margins, size, shares } = request;
  const isFeasible = (candidate: LoopCandidate): boolean => isWithin(candidate, limits, margins);
  const chosen = new Map<string, Proposal>();
  const front = request.front.copy();
  const take = (candidate: LoopCandidate, purpose: Purpose, gain: number): void => {
    const predictedFeasible = isFeasible(candidate);
    chosen.set(candidate.key, { ...candidate, purpose, expectedGain: gain, predictedFeasible });
    // The next ones are chosen as if the model were right about this one.
    if (predictedFeasible) front.add(predictedMerits(candidate));
  };
  const feasible = candidates.filter(isFeasible);
  const queue = new GainQueue(feasible, (candidate) => expectedGain(candidate, front, limits));
  const explored = exploration(feasible, queue, request);
  for (const candidate of explored) take(candidate, 'exploration', expectedGain(candidate, front, limits));
  for (const candidate of atTheBoundary(candidates, front, request).slice(
    0,
    Math.round(shares.boundary * size),
  ))
    take(candidate, 'boundary', expectedGain(candidate, front, limits));
  while (chosen.size < size) {
    const next = queue.next((candidate) => !chosen.has(candidate.key));
    if (next === undefined) break;
    take(next.candidate, 'improvement', next.gain);
  }
  return [...chosen.values()].slice(0, size);
}

function exploration(
  feasible: readonly LoopCandidate[],
  queue: GainQueue,
  { shares, size, teach }: BatchRequest,
): readonly LoopCandidate[] {
  const count = Math.round(shares.exploration * size);
  const pool = queue.best(explorationPool * size);
  // Before anything is known of the front, anything may join it.
  const among = pool.length > 0 ? pool : feasible;
  const isKnown = among.every(
    ({ estimate: { cost } }) => (cost.high - cost.low) / 2 <= wellKnown * cost.mean,
  );
  return count === 0 || isKnown ? [] : teach(among, count);
}

/** Those of which only a measurement tells whether they are within the limits, the most rewarding first. */
function atTheBoundary(
  candidates: readonly LoopCandidate[],
  front: MeasuredFront,
  { limits, margins }: BatchRequest,
): LoopCandidate[] {
  const isOpen = (candidate: LoopCandidate): boolean => {
    const probability = withinCostLimit(candidate, limits);
    const isUnsure = openQuestion.from < probability && probability < openQuestion.to;
    const isInMargin = isWithin(candidate, limits, noMargins) && !isWithin(candidate, limits, margins);
    return isUnsure || isInMargin;
  };
  return candidates
    .filter(isOpen)
    .map((candidate) => ({ candidate, gain: front.gainOf(predictedMerits(candidate)) }))
    .filter(({ gain }) => gain > 0)
    .toSorted((a, b) => b.gain - a.gain)
    .map(({ candidate }) => candidate);
}

interface Entry {
  readonly candidate: LoopCandidate;
  readonly gain: number;
}

/**
 * Candidates by expected gain. A growing front only lowers gains, so that an old one is an upper bound, and few have to
 * be computed again (lazy greedy, Minoux 1978).
 */
class GainQueue {
  #entries: Entry[];
  readonly #gainOf: (candidate: LoopCandidate) => number;

  constructor(candidates: readonly LoopCandidate[], gainOf: (candidate: LoopCandidate) => number) {
    this.#gainOf = gainOf;
    this.#entries = sorted(candidates.map((candidate) => ({ candidate, gain: gainOf(candidate) })));
  }

  best(count: number): LoopCandidate[] {
    return this.#entries.slice(0, count).map(({ candidate }) => candidate);
  }

  /** Takes out the best of those asked for; undefined where none gains anything. */
  next(isWanted: (candidate: LoopCandidate) => boolean): Entry | undefined {
    const entries = this.#entries.filter(({ candidate }) => isWanted(candidate));
    let best: Entry | undefined;
    const renewed = entries.map((entry) => {
      if (best !== undefined && entry.gain <= best.gain) return entry;
      const now = { ...entry, gain: this.#gainOf(entry.candidate) };
      if (now.gain > (best?.gain ?? 0)) best = now;
      return now;
    });
    this.#entries = sorted(renewed.filter((entry) => entry !== best));
    return best;
  }
}

function sorted(entries: readonly Entry[]): Entry[] {
  return entries.filter(({ gain }) => gain > 0).toSorted((a, b) => b.gain - a.gain);
}
