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
