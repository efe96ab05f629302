import type { InPlaceChance, Value } from './lifetimes.ts';
import { placeBlocks } from './place-blocks.ts';
import {
  alignUp,
  lowerBoundBytes,
  placementProblem,
  type BlockPart,
  type Placement,
  type PlacementBlock,
} from './placement.ts';

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
  /** Of each chain. */
  readonly parts: readonly (readonly BlockPart[])[];
  /** Of the chains, in their order, and then of the scratch buffers. */
  readonly placement: Placement;
}

/** Up to this many in-place offers all combinations are tried, above it only one change at a time. */
const EXHAUSTIVE_CHANCES = 5;

/** Comparisons of two values after which no more combinations are tried. */
const WORK_LIMIT = 1_000_000;

/**
 * Which in-place offers to take. Each saves bytes in its step and ties two values to one offset, which in rare cases
 * costs more than it saves.
 */
export function chooseMerges(problem: MergeProblem): MergeChoice {
  const all = problem.chances.map(() => true);
  const first = place(problem, all, Infinity)!;
  let best = first;
  if (best.placement.arenaBytes > first.boundBytes) {
    // Blocks that keep their size are harder to place, but a simple order may hit upon something better with them.
    best = place(problem, all, best.placement.arenaBytes, oneSize) ?? best;
  }
  let attempts = Math.ceil(WORK_LIMIT / (1 + problem.values.length ** 2));
  for (const taken of alternatives(all)) {
    if (attempts-- === 0) break;
    // With all offers taken the fewest bytes are alive in every step: no choice is below its bound.
    if (best.placement.arenaBytes <= first.boundBytes) break;
    best = place(problem, taken, best.placement.arenaBytes) ?? best;
  }
  return best;
}

function place(
  problem: MergeProblem,
  taken: readonly boolean[],
  giveUpBytes: number,
  shape = (parts: readonly BlockPart[]) => parts,
): (MergeChoice & { boundBytes: number }) | undefined {
  const chains = chainsOf(problem, taken);
  const blocks = blocksOf(problem, chains, shape);
  const arena = placementProblem(problem.stepCount, blocks);
  const placement = placeBlocks(arena, problem, giveUpBytes);
  const parts = blocks.slice(0, chains.length).map((block) => block.parts);
  return placement && { chains, parts, placement, boundBytes: lowerBoundBytes(arena) };
}

function chainsOf({ values, chances }: MergeProblem, taken: readonly boolean[]): number[][] {
  const next = new Int32Array(values.length).fill(none);
  const hasPredecessor = new Uint8Array(values.length);
  for (let index = 0; index < chances.length; index++) {
    if (taken[index] !== true) continue;
    const { input, output } = chances[index]!;
    next[input] = output;
    hasPredecessor[output] = 1;
  }
  const chains: number[][] = [];
  for (let start = 0; start < values.length; start++) {
    if (hasPredecessor[start] === 1) continue;
    const chain: number[] = [];
    for (let value = start; value !== none; value = next[value]!) chain.push(value);
    chains.push(chain);
  }
  return chains;
}

/** For a value that no other takes the place of. */
const none = -1;

function blocksOf(
  { values, scratch, tensorAlignBytes, scratchAlignBytes }: MergeProblem,
  chains: readonly (readonly number[])[],
  shape: (parts: readonly BlockPart[]) => readonly BlockPart[],
): PlacementBlock[] {
  const blocks: PlacementBlock[] = [];
  for (const chain of chains) {
    blocks.push({ alignBytes: tensorAlignBytes, parts: shape(partsOf(values, chain, tensorAlignBytes)) });
  }
  for (const { step, sizeBytes } of scratch) {
    const part = { sizeBytes: alignUp(sizeBytes, tensorAlignBytes), firstStep: step, lastStep: step };
    blocks.push({ alignBytes: scratchAlignBytes, parts: [part] });
  }
  return blocks;
}

function oneSize(parts: readonly BlockPart[]): BlockPart[] {
  const sizeBytes = Math.max(...parts.map((part) => part.sizeBytes));
  return [{ sizeBytes, firstStep: parts[0]!.firstStep, lastStep: parts.at(-1)!.lastStep }];
}

/** As large as the value alive needs; in the step in which one takes the other's place, as large as the larger. */
function partsOf(values: readonly Value[], chain: readonly number[], alignBytes: number): BlockPart[] {
  const parts: BlockPart[] = [];
  for (const value of chain) {
    const { sizeBytes: bytes, firstStep, lastStep } = values[value]!;
    const sizeBytes = alignUp(bytes, alignBytes);
    const before = parts.pop();
    if (before === undefined) {
      parts.push({ sizeBytes, firstStep, lastStep });
    } else if (before.sizeBytes === sizeBytes) {
      parts.push({ sizeBytes, firstStep: before.firstStep, lastStep });
    } else if (before.sizeBytes > sizeBytes) {
      parts.push(before);
      if (lastStep > firstStep) parts.push({ sizeBytes, firstStep: firstStep + 1, lastStep });
    } else {
      const { sizeBytes: held, firstStep: since } = before;
      if (since < firstStep) parts.push({ sizeBytes: held, firstStep: since, lastStep: firstStep - 1 });
      parts.push({ sizeBytes, firstStep, lastStep });
    }
  }
  return parts;
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
