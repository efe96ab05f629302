import { noTensor, type Axis, type PrefixOps } from './prefix-ops.ts';

/**
 * Rows or columns of what patches compute: those of the last op's output are cut into `count` nearly equal parts, and
 * each needs what the windows before it reach. The two axes do not depend on one another. Flat: op times count plus part.
 */
export class AxisParts {
  readonly count: number;
  /** How long the part of the op's output is. */
  readonly made: Int32Array;
  /** How much the op reads of its first input. */
  readonly read: Int32Array;
  /** Of each op: the longest part that it makes, and reads. */
  readonly mostMade: Int32Array;
  readonly mostRead: Int32Array;
  /** Of each tensor of the prefix: the longest part; 0 for others. */
  readonly held: Int32Array;
  readonly #ops: PrefixOps;
  readonly #axis: Axis;
  /** Of each tensor, in the part that is looked at. */
  readonly #from: Int32Array;
  readonly #to: Int32Array;
  #splitOp = 0;

  constructor(ops: PrefixOps, axis: Axis, count: number) {
    const tensors = axis.sizes.length;
    this.count = count;
    this.made = new Int32Array(ops.count * count);
    this.read = new Int32Array(ops.count * count);
    this.mostMade = new Int32Array(ops.count);
    this.mostRead = new Int32Array(ops.count);
    this.held = new Int32Array(tensors);
    this.#ops = ops;
    this.#axis = axis;
    this.#from = new Int32Array(tensors);
    this.#to = new Int32Array(tensors);
  }

  /** Of the ops before `splitOp`, until it is asked for others. */
  before(splitOp: number): this {
    if (splitOp === this.#splitOp) return this;
    this.#splitOp = splitOp;
    this.mostMade.fill(0);
    this.mostRead.fill(0);
    this.held.fill(0);
    for (let part = 0; part < this.count; part++) this.#findPart(splitOp, part);
    return this;
  }

  #findPart(splitOp: number, part: number): void {
    const { outputs, inputs } = this.#ops;
    const { sizes, spans, strides, padsBefore } = this.#axis;
    const { count, made, read, mostMade, mostRead, held } = this;
    const from = this.#from.fill(0x7fffffff);
    const to = this.#to.fill(0);
    const split = outputs[splitOp - 1]!;
    from[split] = Math.floor((sizes[split]! * part) / count);
    to[split] = Math.floor((sizes[split]! * (part + 1)) / count);
    for (let op = splitOp - 1; op >= 0; op--) {
      const output = outputs[op]!;
      // `inputSpan`, written out.
      const first = Math.max(from[output]! * strides[op]! - padsBefore[op]!, 0);
      const end = (to[output]! - 1) * strides[op]! - padsBefore[op]! + spans[op]!;
      const length = to[output]! - from[output]!;
      made[op * count + part] = length;
      if (length > mostMade[op]!) mostMade[op] = length;
      if (length > held[output]!) held[output] = length;
      for (let position = 0; position < 2; position++) {
        const id = inputs[2 * op + position]!;
        if (id === noTensor) continue;
        const spanFrom = Math.min(first, sizes[id]!);
        const spanTo = Math.max(Math.min(end, sizes[id]!), 0);
        if (spanFrom < from[id]!) from[id] = spanFrom;
        if (spanTo > to[id]!) to[id] = spanTo;
        if (position > 0) continue;
        read[op * count + part] = spanTo - spanFrom;
        if (spanTo - spanFrom > mostRead[op]!) mostRead[op] = spanTo - spanFrom;
      }
    }
  }
}
