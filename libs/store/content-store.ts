import { createHash } from 'node:crypto';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import cacache from 'cacache';

/** Files by the hash of their content; written atomically, kept once, checked when read. */
export class ContentStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Returns the content's digest, in the form of subresource integrity (`sha512-…`). */
  async put(bytes: Uint8Array): Promise<string> {
    const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
    await cacache.put(this.#folder, integrity, Buffer.from(bytes), { integrity });
    return integrity;
  }

  /** As `put`, without the bytes in memory; `hash` is their SHA-256. A stream that fails leaves nothing behind. */
  async putStream(bytes: Readable): Promise<{ hash: string; integrity: string; sizeBytes: number }> {
    const sha256 = createHash('sha256');
    let sizeBytes = 0;
    const counter = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        sizeBytes += chunk.length;
        sha256.update(chunk);
        done(null, chunk);
      },
    });
    const sink = cacache.put.stream(this.#folder, 'upload', { algorithms: ['sha512'] });
    let integrity = '';
    sink.on('integrity', (digest: unknown) => {
      integrity = String(digest);
    });
    await pipeline(bytes, counter, sink);
    return { hash: sha256.digest('hex'), integrity, sizeBytes };
  }

  /** Rejects when the content is not there or no longer has its digest. */
  async get(integrity: string): Promise<Uint8Array> {
    return cacache.get.byDigest(this.#folder, integrity);
  }

  readStream(integrity: string): Readable {
    return Readable.from(cacache.get.stream.byDigest(this.#folder, integrity));
  }
}
