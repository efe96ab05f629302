import { createHash } from 'node:crypto';

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

  /** Rejects when the content is not there or no longer has its digest. */
  async get(integrity: string): Promise<Uint8Array> {
    return cacache.get.byDigest(this.#folder, integrity);
  }
}
