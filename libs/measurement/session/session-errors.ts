import { FarmError, isFarmError } from '#core';
import { escapeControls } from '#devices';
import { describeFault } from '../fault/index.ts';
import { hexField, type Frame } from '../protocol/index.ts';

/** A line as it can be shown in a message: printable, and not too long. */
export function quote(text: string): string {
  const shown = escapeControls(text);
  return JSON.stringify(shown.length > 80 ? `${shown.slice(0, 77)}...` : shown);
}

export function garbageError(during: string, text: string, reason: string): FarmError {
  return new FarmError(
    'PROTOCOL_GARBAGE',
    `garbage on the line ${during}: ${quote(text)} (${reason}), expected a line of the protocol`,
    { context: { line: escapeControls(text), reason } },
  );
}

export function faultText(frame: Frame): string {
  return describeFault({
    ipsr: hexField(frame, 'ipsr'),
    hfsr: hexField(frame, 'hfsr'),
    cfsr: hexField(frame, 'cfsr'),
    pc: hexField(frame, 'pc'),
    lr: hexField(frame, 'lr'),
    mmfar: hexField(frame, 'mmfar'),
    bfar: hexField(frame, 'bfar'),
  });
}

export function faultError(during: string, text: string, frame: Frame): FarmError {
  return new FarmError('FIRMWARE_FAULT', `the firmware faulted ${during}: ${text}`, {
    context: Object.fromEntries(frame.fields),
  });
}

export function rebootError(during: string, frame: Frame): FarmError {
  return new FarmError(
    'FIRMWARE_REBOOTED',
    `the firmware restarted ${during} (boot line of build ${frame.fields.get('build') ?? 'unknown'})`,
  );
}

/** Whether the firmware has no room to keep its input over several inferences (`tf-run`). */
export function isNoRoom(error: unknown): boolean {
  return isFarmError(error, 'PROTOCOL_ERROR') && String(error.context['firmwareError']).startsWith('No room');
}
