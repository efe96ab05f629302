import { readFile } from 'node:fs/promises';
import { isFarmError } from '#core';
import { readElf } from '../elf.ts';
import { linkedBuildHash } from '../image-sizes.ts';

/** Whether a cached file is the image that its place says; a cache may be cut off by a full disk. */
export async function isWhole(elfPath: string, buildHash: string): Promise<boolean> {
  try {
    return linkedBuildHash(readElf(await readFile(elfPath))) === buildHash;
  } catch (error) {
    if (isFarmError(error, 'CACHE_CORRUPT')) {
      return false;
    }
    throw error;
  }
}
