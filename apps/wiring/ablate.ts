import { isFarmError, type FarmError } from '#core';
import type { Device } from '#devices';
import type { Measurement } from '#measurement';
import type { Store } from '#store';
import type { Target } from '#targets';

import type { Config } from '../config.ts';
import type { PlanWish } from './choose-plan.ts';
import { measureCandidate } from './measure-candidate.ts';
import { measureServices } from './measure-services.ts';

export type AblationCode = 'plain' | 'full';

/** One of the four: a network, and how its code was made. */
export interface AblationCell {
  readonly network: 'baseline' | 'searched';
  readonly code: AblationCode;
  readonly path: string;
  /** Accepted; null where the network could not be measured. */
  readonly measurement: Measurement | null;
  /** Why there is none: it does not fit, or the measurement was rejected. */
  readonly problem: string | null;
}

export interface AblationRequest {
  readonly baseline: string;
  readonly searched: string;
  /** Of the arena, which full code generation plans for. */
  readonly arenaLimitBytes: number;
  readonly repeats: number;
}

export interface AblationServices {
  readonly config: Config;
  readonly target: Target;
  readonly device: Device;
  readonly store: Store;
  readonly signal: AbortSignal;
  readonly onStage: (done: number, of: number, text: string) => void;
}

/** Measures baseline and searched network, each with plain and with full code generation, and stores all four. */
export async function ablate(request: AblationRequest, services: AblationServices): Promise<AblationCell[]> {
  const cells = (['baseline', 'searched'] as const).flatMap((network) =>
    (['plain', 'full'] as const).map((code) => ({ network, code, path: request[network] })),
  );
  const measured: AblationCell[] = [];
  for (const [index, cell] of cells.entries()) {
    services.onStage(index, cells.length, `${cell.network}, ${cell.code} code`);
    measured.push({ ...cell, ...(await measureCell(cell.path, cell.code, request, services)) });
  }
  return measured;
}

async function measureCell(
  candidatePath: string,
  code: AblationCode,
  { arenaLimitBytes, repeats }: AblationRequest,
  { config, target, device, store, signal }: AblationServices,
): Promise<Pick<AblationCell, 'measurement' | 'problem'>> {
  const plan: PlanWish =
    code === 'plain' ? { kind: 'plain' } : { kind: 'quick', sramLimitBytes: arenaLimitBytes };
  try {
    const { measurement, files, failure } = await measureCandidate(
      { candidatePath, target, inputSeed: 0, repeats, warmup: 1, plan },
      measureServices({ config, device, signal }),
    );
    await store.measurements.save(measurement, files);
    if (failure !== null) throw failure;
    return measurement.status === 'accepted'
      ? { measurement, problem: null }
      : { measurement: null, problem: `rejected: ${measurement.reason}` };
  } catch (error) {
    if (!isFarmError(error) || !isTooLarge(error)) throw error;
    return { measurement: null, problem: error.message };
  }
}

/** What the ablation is about; all else, such as a candidate that is none, ends it. */
function isTooLarge({ code }: FarmError): boolean {
  return code === 'IMAGE_TOO_LARGE';
}
