import type { InPlaceChance, Value } from './lifetimes.ts';
import { placeBlocks } from './place-blocks.ts';
import { alignUp, lowerBoundBytes, type Placement, type PlacementProblem } from './placement.ts';

export interface MergeProblem {
  readonly stepCount: number;
  readonly values: readonly Value[];
  readonly chances: readonly InPlaceChance[];
  readonly scratch: readonly { readonly step: number; readonly sizeBytes: number }[];
  readonly tensorAlignBytes: number;
  readonly scratchAlignBytes: number;
  readonly searchBudget: number;
}

export interface MergeChoice {
  /** Indices of values that follow one another in one block. */
  readonly chains: readonly (readonly number[])[];
  /** Of the chains, in their order, and then of the scratch buffers. */
  readonly placement: Placement;
}

/** Up to this many in-place offers all combinations are tried, above it only one change at a time. */
const EXHAUSTIVE_CHANCES = 5;

/**
 * Which in-place offers to take. Taking one saves bytes in its step, but lengthens the life of the larger of the two
 * values, which may cost more elsewhere.
 */
export function chooseMerges(problem: MergeProblem): MergeChoice {
  const bound = universalBound(problem);
  const all = improveBound(problem, bound);
  let best = place(problem, all, Infinity)!;
  for (const taken of alternatives(all)) {
    if (best.placement.arenaBytes <= bound) break;
    best = place(problem, taken, best.placement.arenaBytes) ?? best;
  }
  return best;
}

function place(
  problem: MergeProblem,
  taken: readonly boolean[],
  giveUpBytes: number,
): MergeChoice | undefined {
  const chains = chainsOf(problem, taken);
  const placement = placeBlocks(blocksOf(problem, chains), problem, giveUpBytes);
  return placement && { chains, placement };
}

function chainsOf({ values, chances }: MergeProblem, taken: readonly boolean[]): number[][] {
  const next = new Map<number, number>();
  const hasPredecessor = new Set<number>();
  for (const [index, { input, output }] of chances.entries()) {
    if (taken[index] !== true) continue;
    next.set(input, output);
    hasPredecessor.add(output);
  }
  const chains: number[][] = [];
  for (const start of values.keys()) {
    if (hasPredecessor.has(start)) continue;
    const chain: number[] = [];
    for (let value: number | undefined = start; value !== undefined; value = next.get(value))
      chain.push(value);
    chains.push(chain);
  }
  return chains;
}

function blocksOf(problem: MergeProblem, chains: readonly (readonly number[])[]): PlacementProblem {
  const { values, scratch, tensorAlignBytes, scratchAlignBytes } = problem;
  const count = chains.length + scratch.length;
  const sizeBytes = new Int32Array(count);
  const alignBytes = new Int32Array(count);
  const firstStep = new Int32Array(count);
  const lastStep = new Int32Array(count);
  for (const [index, chain] of chains.entries()) {
    let size = 0;
    for (const value of chain) size = Math.max(size, values[value]!.sizeBytes);
    sizeBytes[index] = alignUp(size, tensorAlignBytes);
    alignBytes[index] = tensorAlignBytes;
    firstStep[index] = values[chain[0]!]!.firstStep;
    lastStep[index] = values[chain.at(-1)!]!.lastStep;
  }
  for (const [index, { step, sizeBytes: size }] of scratch.entries()) {
    const block = chains.length + index;
    sizeBytes[block] = alignUp(size, tensorAlignBytes);
    alignBytes[block] = scratchAlignBytes;
    firstStep[block] = step;
    lastStep[block] = step;
  }
  return { stepCount: problem.stepCount, sizeBytes, alignBytes, firstStep, lastStep };
}

/** Most bytes alive in a step if every offer could be taken without lengthening any life. */
function universalBound(problem: MergeProblem): number {
  const alone = blocksOf(
    problem,
    problem.values.map((_, value) => [value]),
  );
  const live = new Float64Array(problem.stepCount);
  for (let block = 0; block < alone.sizeBytes.length; block++) {
    for (let step = alone.firstStep[block]!; step <= alone.lastStep[block]!; step++)
      live[step]! += alone.sizeBytes[block]!;
  }
  for (const { step, input, output } of problem.chances) {
    live[step]! -= Math.min(alone.sizeBytes[input]!, alone.sizeBytes[output]!);
  }
  return live.reduce((a, b) => Math.max(a, b), 0);
}

/** All offers, but for those whose dropping, one after another, lowers the most bytes alive. */
function improveBound(problem: MergeProblem, bound: number): boolean[] {
  const taken = problem.chances.map(() => true);
  let bytes = lowerBoundBytes(blocksOf(problem, chainsOf(problem, taken)));
  const unequal = problem.chances.flatMap(({ input, output }, index) =>
    problem.values[input]!.sizeBytes === problem.values[output]!.sizeBytes ? [] : [index],
  );
  for (const index of unequal) {
    if (bytes <= bound) break;
    taken[index] = false;
    const without = lowerBoundBytes(blocksOf(problem, chainsOf(problem, taken)));
    if (without < bytes) bytes = without;
    else taken[index] = true;
  }
  return taken;
}

function* alternatives(start: readonly boolean[]): Generator<boolean[], void, void> {
  if (start.length <= EXHAUSTIVE_CHANCES) {
    for (let bits = 0; bits < 2 ** start.length; bits++)
      yield start.map((_, index) => ((bits >> index) & 1) === 1);
    return;
  }
  yield start.map(() => false);
  for (const changed of start.keys()) yield start.map((taken, index) => (index === changed ? !taken : taken));
}
