import { FarmError } from '#core';
import type { ModelVersion } from '#latency';

import { measureAndStore } from '../../../wiring/measure-and-store.ts';
import type { CliContext } from '../../context.ts';
import { createProgress } from '../../output/progress.ts';
import { refit } from './fit.command.ts';
import type { ModelOptions, Services } from './with-models.ts';

/** The fidelity to choose a model by, of a command with `--measure`. Error USAGE_INVALID for a hardware model. */
export function measuredFidelity(options: ModelOptions & { measure?: boolean }): ModelOptions['fidelity'] {
  if (options.measure !== true) return options.fidelity;
  if (options.fidelity === 'hardware') {
    throw new FarmError('USAGE_INVALID', '--measure runs on QEMU, which measures no hardware model');
  }
  return 'emulated';
}

/** Measures candidates on QEMU and fits again. Error: the first one's where none could be measured. */
export async function measureAndRefit(
  paths: readonly string[],
  version: ModelVersion,
  services: Services,
  context: CliContext,
): Promise<ModelVersion> {
  const outcome = await measureAndStore(paths, {
    target: version.model.target,
    config: context.config,
    store: services.store,
    signal: context.signal,
    progress: createProgress(context.interactive, context.note),
  });
  for (const { path, error } of outcome.failed) context.note(`${path} not measured: ${error.message}`);
  if (outcome.measured === 0) throw outcome.failed[0]!.error;
  return refit(services, version.model, context);
}
