import { FarmError, isFarmError } from '#core';
import type { MlperfSession } from './mlperf-session.ts';

/** The reference implementation takes commands of 80 characters. */
const chunkBytes = 32;

/** Loads an input into the firmware's buffer. Errors of `MlperfSession.command`; PROTOCOL_ERROR, INPUT_INVALID. */
export async function loadInput(session: MlperfSession, bytes: Int8Array): Promise<void> {
  const answer = await session.command(`db load ${bytes.length}`);
  const tooLarge = answer.find((line) => line.startsWith('Supplied buffer size'));
  if (tooLarge !== undefined) {
    throw new FarmError('INPUT_INVALID', `the firmware takes no input of ${bytes.length} bytes: ${tooLarge}`);
  }
  let done = false;
  for (let offset = 0; offset < bytes.length; offset += chunkBytes) {
    const chunk = bytes.subarray(offset, offset + chunkBytes);
    const hex = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('hex');
    const lines = await session.command(`db ${hex}`);
    done = lines.includes('m-load-done');
  }
  if (!done) {
    throw new FarmError('PROTOCOL_ERROR', `the firmware did not say m-load-done after ${bytes.length} bytes`);
  }
}

/** The size of its buffer, which a firmware tells when too much is to be loaded; undefined where it does not. */
export async function askBufferBytes(session: MlperfSession): Promise<number | undefined> {
  try {
    const lines = await session.command('db load 1000000000');
    const found = lines
      .map((line) => /exceeds maximum of (\d+)/.exec(line)?.[1])
      .find((text) => text !== undefined);
    return found === undefined ? undefined : Number(found);
  } catch (error) {
    if (isFarmError(error, 'PROTOCOL_ERROR')) {
      return undefined;
    }
    throw error;
  }
}
