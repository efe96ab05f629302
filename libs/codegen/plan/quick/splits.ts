import { elementsOf, type Graph } from '#network';
import { heightOf, isLocal, widthOf } from '../schedule/geometry.ts';
import type { KernelNeedsOf } from '../schedule/kernel-needs.ts';
import type { InstructionsOf } from '../schedule/plan-candidate.ts';
import type { Uses } from '../schedule/uses.ts';
import type { Block } from './blocks.ts';
import { opKey } from './op-key.ts';
import { axisParts, patchBytes, patchInstructions, type AxisParts } from './patch-sizes.ts';
import type { WholeCosts } from './whole-costs.ts';

/** What kernels take: both are the generator's. */
export interface PatchKernels {
  readonly needsOf: KernelNeedsOf;
  readonly instructionsOf: InstructionsOf;
}

/** As `choosePlan` tries by default. */
export const maxPatchesPerSide = 5;

/** Between two blocks, where one tensor alone crosses and all that is before can be made in parts. */
export interface Split {
  /** The first block that is not made in patches. */
  readonly block: number;
  readonly splitOp: number;
  /** Equal for prefixes that are alike. */
  readonly prefix: number;
}

/** Numbers prefixes: `extend` gives the same number for the same ops behind the same prefix. */
export class PrefixNumbers {
  readonly #numbers = new Map<string, number>();

  extend(prefix: number, ops: string): number {
    const key = `${prefix}|${ops}`;
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#numbers.size + 1;
      this.#numbers.set(key, number);
    }
    return number;
  }

  get size(): number {
    return this.#numbers.size;
  }
}

export function splitsOf(
  graph: Graph,
  blocks: readonly Block[],
  { values }: WholeCosts,
  numbers: PrefixNumbers,
): Split[] {
  const splits: Split[] = [];
  let prefix = 0;
  for (let block = 1; block < blocks.length; block++) {
    const { ops } = blocks[block - 1]!;
    if (!ops.every((op) => isLocal(graph, graph.ops[op]!))) break;
    let key = '';
    for (const op of ops) key += opKey(graph, graph.ops[op]!);
    prefix = numbers.extend(prefix, key);
    const splitOp = blocks[block]!.ops[0]!;
    const crossing = values.filter(({ firstStep, lastStep }) => firstStep < splitOp && lastStep >= splitOp);
    const output = graph.ops[splitOp - 1]!.outputs[0]!;
    if (splitOp > 1 && crossing.length === 1 && crossing[0]!.tensors.includes(output)) {
      splits.push({ block, splitOp, prefix });
    }
  }
  return splits;
}

/** What a prefix takes in so many patches, found once and kept for all networks that begin alike. */
export interface KnownPatches {
  readonly peakBytes: Map<number, number>;
  readonly instructions: Map<number, number>;
}

/** The patches of one split, sized as they are asked for. */
export class SplitSizes {
  /** Of the tensors that are whole in the arena all the while. */
  readonly operandBytes: number;
  readonly maxRows: number;
  readonly maxCols: number;
  readonly #graph: Graph;
  readonly #uses: Uses;
  readonly #splitOp: number;
  readonly #kernels: PatchKernels;
  readonly #known: KnownPatches;
  readonly #parts = { rows: new Map<number, AxisParts>(), cols: new Map<number, AxisParts>() };

  constructor(graph: Graph, uses: Uses, splitOp: number, kernels: PatchKernels, known: KnownPatches) {
    this.#graph = graph;
    this.#uses = uses;
    this.#splitOp = splitOp;
    this.#kernels = kernels;
    this.#known = known;
    const output = graph.ops[splitOp - 1]!.outputs[0]!;
    this.operandBytes = [...graph.inputs, output].reduce(
      (sum, id) => sum + elementsOf(graph.tensors[id]!.shape),
      0,
    );
    this.maxRows = heightOf(graph, output);
    this.maxCols = widthOf(graph, output);
  }

  /** Of the arena with as many patches as are ever tried. */
  leastBytes(): number {
    return this.peakBytes(
      Math.min(maxPatchesPerSide, this.maxRows),
      Math.min(maxPatchesPerSide, this.maxCols),
    );
  }

  /** Of the arena while the patches are made. */
  peakBytes(rows: number, cols: number): number {
    const buffers = remembered(this.#known.peakBytes, rows * 100 + cols, () =>
      patchBytes(
        this.#graph,
        this.#splitOp,
        this.#partsOf('rows', rows),
        this.#partsOf('cols', cols),
        this.#kernels.needsOf,
        this.#uses,
      ),
    );
    return this.operandBytes + buffers;
  }

  instructions(rows: number, cols: number): number {
    return remembered(this.#known.instructions, rows * 100 + cols, () =>
      patchInstructions(
        this.#graph,
        this.#splitOp,
        this.#partsOf('rows', rows),
        this.#partsOf('cols', cols),
        this.#kernels.instructionsOf,
      ),
    );
  }

  #partsOf(axis: 'rows' | 'cols', count: number): AxisParts {
    return remembered(this.#parts[axis], count, () => axisParts(this.#graph, this.#splitOp, axis, count));
  }
}

function remembered<T>(known: Map<number, T>, key: number, find: () => T): T {
  let value = known.get(key);
  if (value === undefined) {
    value = find();
    known.set(key, value);
  }
  return value;
}
