import { Transform, type TransformCallback } from 'node:stream';

const newline = 0x0a;

/** Ends a line by force when it grows beyond `maxLineBytes`, so that garbage without line ends takes no memory. */
export class CutLines extends Transform {
  readonly #maxLineBytes: number;
  #lineBytes = 0;

  constructor(maxLineBytes: number) {
    super();
    this.#maxLineBytes = maxLineBytes;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    let start = 0;
    while (start < chunk.length) {
      const found = chunk.indexOf(newline, start);
      const room = this.#maxLineBytes - this.#lineBytes;
      const end = found < 0 ? chunk.length : found;
      if (end - start > room) {
        this.push(chunk.subarray(start, start + room));
        this.push('\n');
        this.#lineBytes = 0;
        start += room;
      } else if (found < 0) {
        this.push(chunk.subarray(start));
        this.#lineBytes += end - start;
        start = end;
      } else {
        this.push(chunk.subarray(start, found + 1));
        this.#lineBytes = 0;
        start = found + 1;
      }
    }
    done();
  }
}
