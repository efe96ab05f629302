import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { FarmError } from '#core';

/** Far beyond the deadline of any compiler run. */
const staleMs = 24 * 3600 * 1000;

/**
 * Folders of files by content hash. A folder is filled aside and put in place by one rename, so processes that make the
 * same one at the same time do not disturb each other, and one killed half-way leaves nothing that looks whole.
 */
export class CacheDir {
  readonly #root: string;
  #swept: Promise<void> | undefined;

  constructor(root: string) {
    this.#root = path.resolve(root);
  }

  pathOf(kind: string, key: string): string {
    return path.join(this.#root, kind, key);
  }

  async has(kind: string, key: string): Promise<boolean> {
    return stat(this.pathOf(kind, key)).then(
      () => true,
      () => false,
    );
  }

  async remove(kind: string, key: string): Promise<void> {
    await rm(this.pathOf(kind, key), { recursive: true, force: true });
  }

  /** Calls `fill` with an empty folder and keeps what it leaves there; on an error nothing is kept. */
  async put(kind: string, key: string, fill: (dir: string) => Promise<void>): Promise<string> {
    return this.withScratch(async (scratch) => {
      const made = path.join(scratch, 'made');
      const place = this.pathOf(kind, key);
      await this.#make(made);
      await fill(made);
      await this.#make(path.dirname(place));
      try {
        await rename(made, place);
      } catch (error) {
        if (!['ENOTEMPTY', 'EEXIST'].includes(codeOf(error)) || !(await this.has(kind, key))) {
          throw asSpaceError(error, place);
        }
      }
      return place;
    });
  }

  /** A private folder for as long as `use` takes. */
  async withScratch<T>(use: (dir: string) => Promise<T>): Promise<T> {
    this.#swept ??= this.#sweep();
    await this.#swept;
    const scratch = path.join(this.#root, 'scratch', randomUUID());
    await this.#make(scratch);
    try {
      return await use(scratch);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }

  /** Removes what killed processes left, once it is too old to be in use. */
  async #sweep(): Promise<void> {
    const scratch = path.join(this.#root, 'scratch');
    const names = await readdir(scratch).catch(() => []);
    for (const name of names) {
      const dir = path.join(scratch, name);
      const made = await stat(dir).catch(() => undefined);
      if (made !== undefined && Date.now() - made.mtimeMs > staleMs) {
        await rm(dir, { recursive: true, force: true });
      }
    }
  }

  async #make(dir: string): Promise<void> {
    try {
      await mkdir(dir, { recursive: true });
    } catch (error) {
      throw asSpaceError(error, dir);
    }
  }
}

/** An error of a file operation in the cache, with its place. */
export function asSpaceError(error: unknown, place: string): FarmError {
  const code = codeOf(error);
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new FarmError('HOST_LACKS_SPACE', `no space is left for ${place}`, { cause: error })
    : new FarmError('FILE_NOT_WRITABLE', `${place} could not be written (${code})`, { cause: error });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
