import type { TensorId } from '#network';

/** Collects the bytes of weights.bin; everything begins on a multiple of eight. */
export class Constants {
  readonly #parts: Uint8Array[] = [];
  readonly #tensors = new Map<TensorId, string>();
  #length = 0;

  /** Appends the bytes and returns the C expression for their address. */
  add(bytes: Uint8Array): string {
    const offset = this.#length;
    const padded = new Uint8Array(Math.ceil(bytes.length / 8) * 8);
    padded.set(bytes);
    this.#parts.push(padded);
    this.#length += padded.length;
    return `tinyfarm_weights + ${offset}`;
  }

  /** A constant tensor, which kernels read where it lies. */
  addTensor(id: TensorId, values: Int8Array): void {
    this.#tensors.set(
      id,
      `(const int8_t *)(${this.add(new Uint8Array(values.buffer, values.byteOffset, values.length))})`,
    );
  }

  /** The C expression for the address of a tensor added before. */
  tensorAt(id: TensorId): string {
    return this.#tensors.get(id)!;
  }

  /** Little endian, as all targets are. */
  addInt32(values: ArrayLike<number>): string {
    const view = new DataView(new ArrayBuffer(values.length * 4));
    for (let i = 0; i < values.length; i++) view.setInt32(4 * i, values[i]!, true);
    return this.add(new Uint8Array(view.buffer));
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.#parts);
  }
}
