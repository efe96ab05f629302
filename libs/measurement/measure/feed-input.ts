import { FarmError, fnv1aHex, seededBytes } from '#core';
import { textField, type Frame } from '../protocol/index.ts';
import type { Session } from '../session/index.ts';

/** The input of a measurement: made by the firmware from a seed, or sent over the line. */
export type MeasurementInput = { readonly seed: number } | { readonly bytes: Int8Array };

const maxChunkBytes = 256;
/** What `tf-load` has around its digits, with an offset of up to ten. */
const loadChars = 20;

/** The bytes of input in one command, where so many bytes may be sent without an answer. */
export function inputChunkBytes(maxUnansweredBytes: number): number {
  return Math.min(maxChunkBytes, Math.floor((maxUnansweredBytes - loadChars) / 2));
}

/** The bytes that the network is to see. Error INPUT_INVALID. */
export function inputBytesOf(input: MeasurementInput, length: number): Int8Array {
  if ('seed' in input) {
    return seededBytes(length, input.seed);
  }
  if (input.bytes.length !== length) {
    throw new FarmError(
      'INPUT_INVALID',
      `the input has ${input.bytes.length} bytes, expected ${length} as the network has`,
    );
  }
  return input.bytes;
}

/** Gives the firmware its input and holds its checksums against the bytes. Error PROTOCOL_ERROR where they differ. */
export async function feedInput(
  session: Session,
  input: MeasurementInput,
  bytes: Int8Array,
  chunkBytes = maxChunkBytes,
): Promise<void> {
  if ('seed' in input) {
    const [filled] = await session.command(`tf-fill ${input.seed}`);
    requireHash(filled, 'input', bytes);
    return;
  }
  for (let offset = 0; offset < bytes.length; offset += chunkBytes) {
    const chunk = bytes.subarray(offset, offset + chunkBytes);
    const hex = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('hex');
    const [loaded] = await session.command(`tf-load ${offset} ${hex}`);
    requireHash(loaded, 'load', chunk);
  }
}

function requireHash(frame: Frame | undefined, topic: string, bytes: Int8Array): void {
  if (frame?.topic !== topic) {
    throw new FarmError('PROTOCOL_ERROR', `the firmware answered no line '${topic}'`);
  }
  const [hash, expected] = [textField(frame, 'fnv1a'), fnv1aHex(bytes)];
  if (hash !== expected) {
    throw new FarmError(
      'PROTOCOL_ERROR',
      `the firmware has an input of fnv1a ${hash}, expected ${expected} (${bytes.length} bytes)`,
    );
  }
}
