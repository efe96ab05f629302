import { readFile } from 'node:fs/promises';

import { FarmError, messageOf, seededBytes } from '#core';

/** The bytes that a measurement feeds to the network: from a file, or made from a seed. */
export async function loadInput(
  source: { readonly path?: string | undefined; readonly seed: number },
  inputBytes: number,
): Promise<Int8Array> {
  if (source.path === undefined) return seededBytes(inputBytes, source.seed);
  const content = await readInput(source.path);
  if (content.length !== inputBytes) {
    throw new FarmError(
      'INPUT_INVALID',
      `the input ${source.path} has ${content.length} bytes, expected ${inputBytes} (raw int8, in the order of the input tensor)`,
    );
  }
  return content;
}

/** Raw int8 bytes, as many as there are. Error FILE_NOT_READABLE. */
export async function readInput(path: string): Promise<Int8Array> {
  try {
    const { buffer, byteOffset, length } = await readFile(path);
    return new Int8Array(buffer, byteOffset, length);
  } catch (error) {
    throw new FarmError('FILE_NOT_READABLE', `the input ${path} could not be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
