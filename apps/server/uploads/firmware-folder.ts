import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { Store } from '#store';

import { writeFileSafely } from '../../wiring/write-file-safely.ts';

/** Uploaded ELF files as files, which OpenOCD and QEMU want; named by their hashes. */
export class FirmwareFolder {
  readonly #folder: string;
  readonly #store: Store;

  constructor(cacheFolder: string, store: Store) {
    this.#folder = join(cacheFolder, 'firmware');
    this.#store = store;
  }

  /** The path of the file. Errors: FILE_NOT_WRITABLE, those of the store. */
  async place(hash: string, integrity: string): Promise<string> {
    const path = join(this.#folder, `${hash}.elf`);
    if (!existsSync(path)) await writeFileSafely(path, await this.#store.candidates.read(integrity));
    return path;
  }
}
