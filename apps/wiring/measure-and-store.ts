import { FarmError, isFarmError, silentLogger, systemClock } from '#core';
import { createQemuDevice } from '#devices';
import type { Store } from '#store';
import { findTarget } from '#targets';

import type { Config } from '../config.ts';
import { measureCandidate } from './measure-candidate.ts';
import { measureServices } from './measure-services.ts';

export interface MeasureSeriesOptions {
  readonly target: string;
  readonly config: Config;
  readonly store: Store;
  readonly signal: AbortSignal;
  readonly progress: {
    stage(text: string): void;
    detail(text: string): void;
    done(): void;
    failed(): void;
  };
}

export interface MeasuredSeries {
  /** How many were accepted. */
  readonly measured: number;
  readonly failed: readonly { readonly path: string; readonly error: FarmError }[];
}

/** Measures candidates on QEMU, one after the other, and stores each; what is a candidate's fault ends only its own turn. */
export async function measureAndStore(
  paths: readonly string[],
  { target: name, config, store, signal, progress }: MeasureSeriesOptions,
): Promise<MeasuredSeries> {
  const target = findTarget(name);
  const services = measureServices({
    config,
    device: createQemuDevice({ target, clock: systemClock, logger: silentLogger }),
    signal,
    onStage: (text) => progress.stage(text),
    onDetail: (text) => progress.detail(text),
  });
  let measured = 0;
  const failed: { path: string; error: FarmError }[] = [];
  for (const candidatePath of paths) {
    try {
      const request = { candidatePath, target, inputSeed: 0, repeats: 1, warmup: 1 };
      const { measurement, files, failure } = await measureCandidate(request, services);
      await store.measurements.save(measurement, files);
      if (failure !== null) throw failure;
      progress.done();
      if (measurement.status === 'accepted') {
        measured += 1;
        continue;
      }
      const reason = `measurement rejected: ${measurement.reason}`;
      failed.push({ path: candidatePath, error: new FarmError('MEASUREMENT_REJECTED', reason) });
    } catch (error) {
      progress.failed();
      if (!isFarmError(error) || error.traits.blame !== 'candidate') throw error;
      failed.push({ path: candidatePath, error });
    }
  }
  return { measured, failed };
}
