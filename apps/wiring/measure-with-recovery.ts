import { FarmError, isFarmError } from '#core';
import { describeRecovery, type RecoveryReport, type RungReport } from '#devices';

import type { Measurement } from '#measurement';

import type { Recover } from './choose-place.ts';
import type { MeasureResult } from './measure-candidate.ts';
import { isWorthRecovering } from './recover-board.ts';

export interface RecoveryServices {
  /** Absent where nothing can be done to the device. */
  readonly recover: Recover | undefined;
  readonly signal: AbortSignal;
  /** A failed attempt has a record of its own. */
  readonly keep: (failed: MeasureResult) => Promise<void>;
  readonly onRecovering: (failure: FarmError) => void;
  readonly onStep: (step: RungReport) => void;
}

/**
 * Measures; where the board fails, brings it back and measures once more. The record of that measurement tells what was
 * done before it. Error BOARD_QUARANTINED where nothing helped; others as of the attempt.
 */
export async function measureWithRecovery(
  attempt: () => Promise<MeasureResult>,
  services: RecoveryServices,
): Promise<MeasureResult> {
  const first = await attempt().catch((error: unknown) => thrownFailure(error));
  const failure = first instanceof FarmError ? first : first.failure;
  const { recover } = services;
  if (failure === null || recover === undefined || services.signal.aborted || !isWorthRecovering(failure)) {
    return first instanceof FarmError ? Promise.reject(first) : first;
  }
  if (!(first instanceof FarmError)) await services.keep(first);
  services.onRecovering(failure);
  const report = await recover(failure, services);
  if (report.isQuarantined) {
    throw quarantined(failure, report);
  }
  const second = await attempt();
  return { ...second, measurement: withRecovery(second.measurement, failure, report) };
}

/** The error of a board that nothing helped. */
export function quarantined(failure: FarmError, report: RecoveryReport): FarmError {
  return new FarmError(
    'BOARD_QUARANTINED',
    `the board is in quarantine after ${failure.code}: ${failure.message}; tried: ${describeRecovery(report)}`,
    { context: { ...failure.context, recovery: report }, cause: failure },
  );
}

function thrownFailure(error: unknown): FarmError {
  if (isFarmError(error)) return error;
  throw error;
}

/** The record of a measurement before which its board was brought back. */
export function withRecovery(
  measurement: Measurement,
  failure: FarmError,
  report: RecoveryReport,
): Measurement {
  const recovery = { after: { code: failure.code, reason: failure.message }, ...report };
  const provenance = { ...measurement.provenance, recovery };
  return { ...measurement, provenance };
}
