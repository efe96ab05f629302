import { FarmError, silentLogger, systemClock } from '#core';
import { describeStep } from '#devices';
import type { Measurement } from '#measurement';
import type { Store } from '#store';
import type { Target } from '#targets';

import { choosePlace, type PlaceRequest } from '../wiring/choose-place.ts';
import { createProjectToolchain } from '../wiring/create-project-toolchain.ts';
import { openProjectStore } from '../wiring/open-project-store.ts';
import type { MeasureResult, MeasureServices } from '../wiring/measure-candidate.ts';
import { measureWithRecovery } from '../wiring/measure-with-recovery.ts';
import type { CliContext } from './context.ts';
import { createProgress } from './output/progress.ts';

/** A place that is held while measurements are made on it, one after the other. */
export interface HeldPlace {
  readonly target: Target;
  readonly services: MeasureServices;
  /** Measures; brings a board back that fails, and measures once more. Errors of `measureWithRecovery`. */
  readonly recovering: (attempt: () => Promise<MeasureResult>) => Promise<MeasureResult>;
  /** Stores what was measured. Error: the failure, where there are no numbers. */
  readonly keep: (result: MeasureResult) => Promise<Measurement>;
}

/** Takes a board or an emulator, works on it with progress on stderr, and gives it back whatever happens. */
export async function withPlace<T>(
  request: PlaceRequest,
  context: CliContext,
  work: (place: HeldPlace) => Promise<T>,
): Promise<T> {
  const place = await choosePlace(request, context.config);
  const { device, why, recover } = place;
  if (why !== undefined) context.note(`on ${device.kind} (${device.fidelity}): ${why}`);
  const progress = createProgress(context.interactive, context.note);
  let store: Store | undefined;
  const services: MeasureServices = {
    toolchain: createProjectToolchain(context.config),
    device,
    clock: systemClock,
    logger: silentLogger,
    signal: context.signal,
    chosen: why,
    prepare: async () => {
      store ??= await openProjectStore(context.config);
    },
    onStage: (text) => progress.stage(text),
    onDetail: (text) => progress.detail(text),
  };
  const keep = async ({ measurement, files, failure }: MeasureResult): Promise<Measurement> => {
    progress.stage('storing');
    await store!.measurements.save(measurement, files);
    if (failure !== null) throw failure;
    return measurement;
  };
  const recovering = (attempt: () => Promise<MeasureResult>): Promise<MeasureResult> =>
    measureWithRecovery(attempt, {
      recover,
      signal: context.signal,
      keep: (failed) => store!.measurements.save(failed.measurement, failed.files),
      onRecovering: ({ code, message }) => {
        progress.failed();
        context.note(`${code}: ${message}`);
        progress.stage(`bringing ${device.name} back`);
      },
      onStep: (step) => {
        if (step.outcome !== 'absent') progress.stage(describeStep(step));
      },
    });
  try {
    const result = await work({ target: place.target, services, recovering, keep });
    progress.done();
    return result;
  } catch (error) {
    progress.failed();
    throw error;
  } finally {
    await place.release();
    await store?.close();
  }
}

/** Error MEASUREMENT_REJECTED. */
export function requireAccepted({ status, reason }: Measurement): void {
  if (status === 'rejected') {
    throw new FarmError('MEASUREMENT_REJECTED', `measurement rejected: ${reason}`);
  }
}
