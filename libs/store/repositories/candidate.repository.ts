import type { Readable } from 'node:stream';

import type { ContentStore } from '../content-store.ts';
import type { Database } from '../database.ts';
import { CandidateEntity } from '../entities/farm/index.ts';

export interface StoredCandidate {
  /** SHA-256 of the content, hexadecimal. */
  readonly hash: string;
  readonly name: string;
  readonly kind: string;
  readonly integrity: string;
  readonly sizeBytes: number;
  readonly user: string;
  readonly createdAt: string;
}

/** Candidates that were uploaded, kept once by content. */
export class CandidateRepository {
  readonly #database: Database;
  readonly #content: ContentStore;

  constructor(database: Database, content: ContentStore) {
    this.#database = database;
    this.#content = content;
  }

  /** Streams the bytes to disk; nothing is kept when the stream fails. */
  async putContent(bytes: Readable): Promise<{ hash: string; integrity: string; sizeBytes: number }> {
    return this.#content.putStream(bytes);
  }

  /** The first upload of a content stays; a second one is the same candidate. */
  async add(candidate: StoredCandidate): Promise<StoredCandidate> {
    const name = candidate.name.slice(0, 200);
    return this.#database.write(async (manager) => {
      const known = await manager.findOneBy(CandidateEntity, { hash: candidate.hash });
      if (known !== null) return toCandidate(known);
      await manager.insert(CandidateEntity, { ...candidate, name });
      return { ...candidate, name };
    });
  }

  async get(hash: string): Promise<StoredCandidate | undefined> {
    const row = await this.#database.read((manager) => manager.findOneBy(CandidateEntity, { hash }));
    return row === null ? undefined : toCandidate(row);
  }

  read(integrity: string): Promise<Uint8Array> {
    return this.#content.get(integrity);
  }

  readStream(integrity: string): Readable {
    return this.#content.readStream(integrity);
  }
}

function toCandidate(row: CandidateEntity): StoredCandidate {
  const { hash, name, kind, integrity, sizeBytes, user, createdAt } = row;
  return { hash, name, kind, integrity, sizeBytes, user, createdAt };
}
