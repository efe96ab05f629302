import { elementsOf, macsOf, type Graph } from '#network';
import { alignUp } from '../placement.ts';
import type { KernelNeedsOf } from '../schedule/kernel-needs.ts';
import type { InstructionsOf } from '../schedule/plan-candidate.ts';
import type { Uses } from '../schedule/uses.ts';
import { AxisParts, type PartLengths } from './axis-parts.ts';
import { noTensor, prefixOps, type PrefixOps } from './prefix-ops.ts';

/** What kernels take: both are the generator's. */
export interface PatchKernels {
  readonly needsOf: KernelNeedsOf;
  readonly instructionsOf: InstructionsOf;
}

/** Room for parts, for one graph after another. */
export class PatchParts {
  readonly #parts = { rows: [] as AxisParts[], cols: [] as AxisParts[] };

  along(axis: 'rows' | 'cols', count: number): AxisParts {
    return (this.#parts[axis][count] ??= new AxisParts(count));
  }
}

/** What the first ops of a graph take in patches, found without making one. */
export class PatchSizes {
  readonly #graph: Graph;
  readonly #kernels: PatchKernels;
  readonly #ops: PrefixOps;
  readonly #parts: PatchParts;
  readonly #inputBytes: number;

  /** For splits behind `opCount` ops at most; all of these are local. */
  constructor(graph: Graph, uses: Uses, opCount: number, kernels: PatchKernels, parts: PatchParts) {
    this.#graph = graph;
    this.#kernels = kernels;
    this.#parts = parts;
    this.#ops = prefixOps(graph, uses, opCount);
    this.#inputBytes = graph.inputs.reduce((sum, id) => sum + this.#bytesOf(id), 0);
  }

  /** Rows and columns of the tensor that is made of patches. */
  sizeOf(splitOp: number): { rows: number; cols: number } {
    const split = this.#ops.outputs[splitOp - 1]!;
    return { rows: this.#ops.rows.sizes[split]!, cols: this.#ops.cols.sizes[split]! };
  }

  /** Of the tensors that are whole in the arena while the patches are made. */
  operandBytes(splitOp: number): number {
    return this.#inputBytes + this.#bytesOf(this.#ops.outputs[splitOp - 1]!);
  }

  /** Of the arena while the patches are made. */
  peakBytes(splitOp: number, rows: number, cols: number): number {
    return this.operandBytes(splitOp) + this.#bufferBytes(splitOp, rows, cols);
  }

  /** What the calls of all patches cost, those of equal size counted once; or else something from `giveUpAt` on. */
  instructions(splitOp: number, rows: number, cols: number, giveUpAt = Infinity): number {
    const graph = this.#graph;
    const ops = this.#ops;
    const rowLengths = this.#parts.along('rows', rows).lengthsOf(ops, ops.rows, splitOp);
    const colLengths = this.#parts.along('cols', cols).lengthsOf(ops, ops.cols, splitOp);
    let sum = 0;
    for (let index = 0; index < splitOp && sum < giveUpAt; index++) {
      const op = graph.ops[index]!;
      const image = this.sizeOf(index + 1);
      const macsOfPixel = macsOf(graph, op) / (image.rows * image.cols);
      const colWays = ways(colLengths, index);
      for (const row of ways(rowLengths, index)) {
        for (const col of colWays) {
          const size = {
            form: 'patch',
            inputRows: row.read,
            inputCols: col.read,
            outputRows: row.made,
            outputCols: col.made,
          } as const;
          const macs = macsOfPixel * size.outputRows * size.outputCols;
          sum += row.patches * col.patches * this.#kernels.instructionsOf(graph, op, size, macs);
        }
      }
    }
    return sum;
  }

  /** What the buffers of a patch need at least, on the way through its ops. */
  #bufferBytes(splitOp: number, rowCount: number, colCount: number): number {
    const { outputs, inputs, lastReaders, channels } = this.#ops;
    const ops = this.#ops;
    const isAlike = ops.rows === ops.cols;
    const rows = this.#parts.along('rows', rowCount).of(ops, ops.rows, splitOp);
    const cols = this.#parts.along(isAlike ? 'rows' : 'cols', colCount).of(ops, ops.cols, splitOp);
    const bufferBytes = (id: number): number => alignUp(rows.held[id]! * cols.held[id]! * channels[id]!, 4);
    let heldBytes = 0;
    let peak = 0;
    for (let op = 0; op < splitOp; op++) {
      const isInside = op !== splitOp - 1;
      const outputBytes = isInside ? bufferBytes(outputs[op]!) : 0;
      const needs = this.#kernels.needsOf(this.#graph, this.#graph.ops[op]!, {
        form: 'patch',
        inputRows: rows.mostRead[op]!,
        inputCols: cols.mostRead[op]!,
        outputRows: rows.mostMade[op]!,
        outputCols: cols.mostMade[op]!,
      });
      let diesBytes = 0;
      let overwritten = 0;
      for (let position = 2 * op; position < 2 * op + 2; position++) {
        const id = inputs[position]!;
        if (id === noTensor || lastReaders[id] !== op) continue;
        const bytes = bufferBytes(id);
        diesBytes += bytes;
        // Kernels in place count on operands without gaps, so the buffer may not hold more than the op reads.
        const readsAll = rows.mostRead[op] === rows.held[id] && cols.mostRead[op] === cols.held[id];
        if (readsAll) overwritten = Math.max(overwritten, bytes);
      }
      const saved = isInside && needs.mayOverwriteInput ? Math.min(overwritten, outputBytes) : 0;
      peak = Math.max(peak, heldBytes + outputBytes - saved + alignUp(needs.scratchBytes, 4));
      heldBytes += outputBytes - diesBytes;
    }
    return peak;
  }

  #bytesOf(id: number): number {
    return elementsOf(this.#graph.tensors[id]!.shape);
  }
}

/** The different lengths that an op makes and reads along an axis, and how many patches have each. */
function ways(
  { count, made, read }: PartLengths,
  index: number,
): { made: number; read: number; patches: number }[] {
  const found: { made: number; read: number; patches: number }[] = [];
  for (let at = index * count; at < (index + 1) * count; at++) {
    const same = found.find((way) => way.made === made[at] && way.read === read[at]);
    if (same === undefined) found.push({ made: made[at]!, read: read[at]!, patches: 1 });
    else same.patches++;
  }
  return found;
}
