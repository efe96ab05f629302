import type { ErrorCode } from '#core';

/** What can be done to a board that fails, mildest first. The last one gives it up until somebody looks at it. */
export const rungs = [
  'reopen',
  'reset',
  'probe-reset',
  'reset-under-power',
  'power-cycle',
  'quarantine',
] as const;
export type Rung = (typeof rungs)[number];

export interface RungAction {
  readonly deadlineMs: number;
  /** Is to end soon after the signal, since nothing else may touch the board before it has. */
  readonly act: (signal: AbortSignal) => Promise<void>;
}

/** What a board and its bench can do; a rung without an action is passed over. Quarantine is always possible. */
export type RungActions = Readonly<Partial<Record<Rung, RungAction>> & { quarantine: RungAction }>;

/** Another chip, or one that is worn out, stays so whatever is reset: measured on, it would give wrong numbers. */
const beyondReset = new Set<ErrorCode>([
  'BOARD_UID_MISMATCH',
  'CHIP_UID_MISMATCH',
  'CHIP_WRONG',
  'CHIP_ID_UNEXPECTED',
  'FLASH_WORN',
  'FLASH_PROTECTED',
]);
const ofTheLine = new Set<ErrorCode>([
  'SERIAL_OPEN_FAILED',
  'SERIAL_CLOSED',
  'SERIAL_TIMEOUT',
  'SERIAL_PORT_MISSING',
]);
const ofTheProbe = new Set<ErrorCode>([
  'PROBE_NOT_FOUND',
  'PROBE_LOST',
  'PROBE_FROZEN',
  'JTAG_STUCK',
  'DAP_STUCK',
]);

/** Where the ladder is worth beginning after a failure: what is milder cannot touch its cause. */
export function firstRung(code: ErrorCode): Rung {
  if (beyondReset.has(code)) {
    return 'quarantine';
  }
  if (ofTheProbe.has(code)) {
    return 'probe-reset';
  }
  return ofTheLine.has(code) ? 'reopen' : 'reset';
}
