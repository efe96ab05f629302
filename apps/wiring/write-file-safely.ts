import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { FarmError, messageOf } from '#core';

/** Writes a file whole or not at all, making its folder where needed. Rejects with FILE_NOT_WRITABLE. */
export async function writeFileSafely(path: string, content: string | Uint8Array): Promise<void> {
  const partial = `${path}.${randomUUID()}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(partial, content);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw new FarmError('FILE_NOT_WRITABLE', `${path} could not be written: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
