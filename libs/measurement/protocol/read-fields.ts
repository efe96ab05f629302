import { FarmError } from '#core';
import type { Frame } from './protocol-line.ts';

/** Error PROTOCOL_ERROR where the frame has no such field. */
export function textField(frame: Frame, key: string): string {
  const value = frame.fields.get(key);
  if (value === undefined) {
    throw new FarmError('PROTOCOL_ERROR', `the firmware's line '${frame.topic}' lacks ${key}`);
  }
  return value;
}

/** A whole number that a double holds exactly. Error PROTOCOL_ERROR. */
export function decimalField(frame: Frame, key: string): number {
  const text = textField(frame, key);
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new FarmError(
      'PROTOCOL_ERROR',
      `the firmware's line '${frame.topic}' has ${key}=${text}, expected a decimal number`,
    );
  }
  return value;
}

/** Error PROTOCOL_ERROR. */
export function hexField(frame: Frame, key: string): number {
  const text = textField(frame, key);
  if (!/^[0-9a-fA-F]{1,8}$/.test(text)) {
    throw new FarmError(
      'PROTOCOL_ERROR',
      `the firmware's line '${frame.topic}' has ${key}=${text}, expected up to 8 hexadecimal digits`,
    );
  }
  return Number.parseInt(text, 16);
}
