import { FarmError } from '#core';

export interface UnpackLimits {
  readonly maxFiles: number;
  /** Of all files, unpacked. */
  readonly maxBytes: number;
}

export interface UnpackedFile {
  /** Relative, forward slashes. */
  readonly path: string;
  readonly content: Uint8Array;
}

/** The kind of an entry that is neither file nor folder is told in words. */
export type EntryKind = 'file' | 'folder' | `a ${string}`;

/** Collects the files of an archive and refuses what none of ours needs. Error CANDIDATE_INVALID throughout. */
export class EntryCollector {
  readonly #archive: string;
  readonly #limits: UnpackLimits;
  readonly #files = new Map<string, UnpackedFile>();
  #entries = 0;
  #bytes = 0;

  constructor(archive: string, limits: UnpackLimits) {
    this.#archive = archive;
    this.#limits = limits;
  }

  get files(): UnpackedFile[] {
    return [...this.#files.values()];
  }

  /** The name that the entry gets; folders come with their files, so that they themselves are only held to the rules. */
  admit(name: string, kind: EntryKind): string {
    this.#entries++;
    if (this.#entries > this.#limits.maxFiles) {
      throw this.error(`holds more than ${this.#limits.maxFiles} entries`);
    }
    if (kind !== 'file' && kind !== 'folder') {
      throw this.error(`holds ${kind}, ${shown(name)}, expected files and folders only`);
    }
    const parts = name.split('/').filter((part) => part !== '' && part !== '.');
    const isOutside = name.startsWith('/') || /^[A-Za-z]:/.test(name) || parts.includes('..');
    if (isOutside || /[\\\0]/.test(name) || (kind === 'file' && parts.length === 0)) {
      throw this.error(`holds ${shown(name)}, which lies outside of it`);
    }
    return parts.join('/');
  }

  /** Called for every piece, before it is kept: what an archive says of its sizes is not believed. */
  count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#limits.maxBytes) {
      throw this.error(`holds more than ${this.#limits.maxBytes} bytes`);
    }
  }

  add(path: string, content: Uint8Array): void {
    if (this.#files.has(path)) {
      throw this.error(`holds ${shown(path)} twice`);
    }
    this.#files.set(path, { path, content });
  }

  error(what: string, cause?: unknown): FarmError {
    return new FarmError('CANDIDATE_INVALID', `${this.#archive} ${what}`, { cause });
  }
}

function shown(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 77)}...` : name);
}
