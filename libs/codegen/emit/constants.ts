/** Collects the bytes of weights.bin; everything begins on a multiple of eight. */
export class Constants {
  readonly #parts: Uint8Array[] = [];
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
