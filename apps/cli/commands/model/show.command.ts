import type { Command } from 'commander';

import { FarmError } from '#core';
import { predictedSvg, type ModelKey, type ModelVersion } from '#latency';

import { activeModel } from '../../../wiring/models.ts';
import { writeFileSafely } from '../../../wiring/write-file-safely.ts';
import type { CliContext } from '../../context.ts';
import { positiveInteger } from '../../parse.ts';
import { modelReport, titleOf, unitOf } from './model-report.ts';
import { modelCommand, withModels, type ModelOptions, type Services } from './with-models.ts';

interface ShowOptions extends ModelOptions {
  svg?: string;
}

export function addShowCommand(parent: Command, context: CliContext): void {
  modelCommand(parent, 'show', 'show a version: how it was fitted, how well it predicts, where it errs most')
    .argument('[version]', 'its number; without it, the active one', positiveInteger('version'))
    .option('--svg <file>', 'draw held-out predictions against measurements')
    .action((number: number | undefined, options: ShowOptions) =>
      withModels(context, async (services) => {
        const version = await versionFor(services, options, number);
        if (options.svg !== undefined) {
          const pairs = version.report.heldOut;
          await writeFileSafely(options.svg, predictedSvg(pairs, titleOf(version), unitOf(version.model)));
        }
        context.print(options.json === true ? JSON.stringify(version, null, 2) : modelReport(version));
      }),
    );
}

/** The active version, or the numbered one of the same fidelity. Error MODEL_UNKNOWN. */
async function versionFor(
  { store, models }: Services,
  { target, fidelity }: ModelOptions,
  number: number | undefined,
): Promise<ModelVersion> {
  const active = await activeModel(store, models, target, fidelity);
  if (number === undefined) return active;
  const key: ModelKey = active.model;
  const found = await store.models.find(key, number);
  if (found === undefined) {
    throw new FarmError('MODEL_UNKNOWN', `${key.fidelity} model ${number} of ${target} does not exist`);
  }
  return found;
}
