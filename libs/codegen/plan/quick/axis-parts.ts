import { noTensor, type Axis, type PrefixOps } from './prefix-ops.ts';

/** The lengths of all parts, flat: op times count plus part. */
export interface PartLengths {
  readonly count: number;
  /** How long the part of the op's output is. */
  readonly made: Int32Array;
  /** How much the op reads of its first input. */
  readonly read: Int32Array;
}

/**
 * Rows or columns of what patches compute: those of the last op's output are cut into `count` nearly equal parts, and
 * each needs what the windows before it reach. The two axes do not depend on one another. One
 * object serves many graphs, since a search asks for parts by the thousand.
 */
export class AxisParts {
  /** Of each op: the longest part that it makes, and reads. */
  mostMade = new Int32Array(0);
  mostRead = new Int32Array(0);
  /** Of each tensor of the prefix: the longest part; 0 for others. */
  held = new Int32Array(0);
  readonly #count: number;
  #ops: PrefixOps | undefined;
  #axis: Axis | undefined;
  #splitOp = 0;
  /** Of each tensor, in the part that is looked at. */
  #from = new Int32Array(0);
  #to = new Int32Array(0);

  constructor(count: number) {
    this.#count = count;
  }

  /** Those of the ops before `splitOp`, until it is asked for others. */
  of(ops: PrefixOps, axis: Axis, splitOp: number): this {
    if (ops !== this.#ops || axis !== this.#axis || splitOp !== this.#splitOp) this.#find(ops, axis, splitOp);
    return this;
  }

  lengthsOf(ops: PrefixOps, axis: Axis, splitOp: number): PartLengths {
    const count = this.#count;
    const lengths = { count, made: new Int32Array(splitOp * count), read: new Int32Array(splitOp * count) };
    this.#find(ops, axis, splitOp, lengths);
    return lengths;
  }

  #find(ops: PrefixOps, axis: Axis, splitOp: number, lengths?: PartLengths): void {
    const tensors = axis.sizes.length;
    if (tensors > this.held.length || splitOp > this.mostMade.length) this.#grow(tensors, ops.count);
    this.#ops = ops;
    this.#axis = axis;
    this.#splitOp = splitOp;
    this.mostMade.fill(0, 0, splitOp);
    this.mostRead.fill(0, 0, splitOp);
    this.held.fill(0, 0, tensors);
    for (let part = 0; part < this.#count; part++) this.#findPart(ops, axis, splitOp, part, lengths);
  }

  #grow(tensorCount: number, opCount: number): void {
    const tensors = Math.max(tensorCount, this.held.length);
    const ops = Math.max(opCount, this.mostMade.length);
    this.mostMade = new Int32Array(ops);
    this.mostRead = new Int32Array(ops);
    this.held = new Int32Array(tensors);
    this.#from = new Int32Array(tensors);
    this.#to = new Int32Array(tensors);
  }

  #findPart(
    { outputs, inputs }: PrefixOps,
    { sizes, spans, strides, padsBefore }: Axis,
    splitOp: number,
    part: number,
    lengths?: PartLengths,
  ): void {
    const { mostMade, mostRead, held } = this;
    const count = this.#count;
    const from = this.#from.fill(0x7fffffff, 0, sizes.length);
    const to = this.#to.fill(0, 0, sizes.length);
    const split = outputs[splitOp - 1]!;
    from[split] = Math.floor((sizes[split]! * part) / count);
    to[split] = Math.floor((sizes[split]! * (part + 1)) / count);
    for (let op = splitOp - 1; op >= 0; op--) {
      const output = outputs[op]!;
      // `inputSpan`, written out.
      const first = Math.max(from[output]! * strides[op]! - padsBefore[op]!, 0);
      const end = (to[output]! - 1) * strides[op]! - padsBefore[op]! + spans[op]!;
      const length = to[output]! - from[output]!;
      if (length > mostMade[op]!) mostMade[op] = length;
      if (length > held[output]!) held[output] = length;
      const second = inputs[2 * op + 1]!;
      if (second !== noTensor) {
        const size = sizes[second]!;
        from[second] = Math.min(from[second]!, first, size);
        to[second] = Math.max(to[second]!, Math.min(end, size));
      }
      const id = inputs[2 * op]!;
      const spanFrom = Math.min(first, sizes[id]!);
      const spanTo = Math.max(Math.min(end, sizes[id]!), 0);
      if (spanFrom < from[id]!) from[id] = spanFrom;
      if (spanTo > to[id]!) to[id] = spanTo;
      const reads = spanTo - spanFrom;
      if (reads > mostRead[op]!) mostRead[op] = reads;
      if (lengths === undefined) continue;
      lengths.made[op * count + part] = length;
      lengths.read[op * count + part] = reads;
    }
  }
}
