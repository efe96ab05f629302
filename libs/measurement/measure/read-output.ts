import { FarmError, fnv1aHex } from '#core';
import { decimalField, textField } from '../protocol/index.ts';
import type { Session } from '../session/index.ts';

/** The output tensor's bytes, whole and with the right checksum. Error PROTOCOL_ERROR. */
export async function readOutput(session: Session, length: number): Promise<Int8Array> {
  const frames = await session.ask('tf-output');
  const last = frames.at(-1);
  const bytes = new Int8Array(length);
  let filled = 0;
  for (const frame of frames.slice(0, -1)) {
    const chunk = Buffer.from(textField(frame, 'hex'), 'hex');
    if (frame.topic !== 'out' || decimalField(frame, 'offset') !== filled || filled + chunk.length > length) {
      throw new FarmError('PROTOCOL_ERROR', `the firmware's output has a gap at byte ${filled} of ${length}`);
    }
    bytes.set(chunk, filled);
    filled += chunk.length;
  }
  if (last?.topic !== 'output' || filled !== length || decimalField(last, 'bytes') !== length) {
    throw new FarmError('PROTOCOL_ERROR', `the firmware gave ${filled} bytes of output, expected ${length}`);
  }
  if (textField(last, 'fnv1a') !== fnv1aHex(bytes)) {
    throw new FarmError(
      'PROTOCOL_ERROR',
      `the output has fnv1a ${fnv1aHex(bytes)}, expected ${textField(last, 'fnv1a')} as the firmware says`,
    );
  }
  return bytes;
}

/** How two outputs differ, in words; undefined where they are equal. */
export function describeDifference(output: Int8Array, expected: Int8Array): string | undefined {
  if (output.length !== expected.length) {
    return `the output has ${output.length} bytes, expected ${expected.length}`;
  }
  const first = output.findIndex((byte, i) => byte !== expected[i]);
  if (first < 0) {
    return undefined;
  }
  const count = output.reduce((sum, byte, i) => sum + (byte === expected[i] ? 0 : 1), 0);
  return `the output differs from the reference in ${count} of ${output.length} bytes: byte ${first} is ${output[first]}, expected ${expected[first]}`;
}
