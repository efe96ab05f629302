import type { Command } from 'commander';

import type { ModelKey, ModelVersion } from '#latency';

import { priorFor } from '../../../wiring/models.ts';
import { measuredFidelity, storedRows } from '../../../wiring/training-rows.ts';
import type { CliContext } from '../../context.ts';
import { errorLine, titleOf } from './model-report.ts';
import { modelCommand, withModels, type ModelOptions, type Services } from './with-models.ts';

interface FitOptions extends ModelOptions {
  prior?: string;
}

export function addFitCommand(parent: Command, context: CliContext): void {
  modelCommand(parent, 'fit', 'fit a new version to the accepted measurements of the store')
    .option('--prior <target>', 'begin with the model of this target, such as a sibling core')
    .action((options: FitOptions) =>
      withModels(context, async (services) => {
        const { target } = options;
        const fidelity = options.fidelity ?? (await measuredFidelity(services.store, target)) ?? 'emulated';
        const version = await refit(services, { target, fidelity }, context, options.prior);
        context.print(options.json === true ? JSON.stringify(summaryOf(version), null, 2) : fitLine(version));
      }),
    );
}

/** Fits what the store holds, and says what it could not use. */
export async function refit(
  { store, models }: Services,
  key: ModelKey,
  { note }: Pick<CliContext, 'note'>,
  priorTarget?: string,
): Promise<ModelVersion> {
  const { rows, leftOut } = await storedRows(store, key);
  for (const { id, reason } of leftOut) note(`measurement ${id.slice(0, 8)} left out: ${reason}`);
  const prior = await priorFor(store, models, key, priorTarget);
  return models.refit(rows, prior === undefined ? {} : { prior });
}

export function fitLine(version: ModelVersion): string {
  const { model, report, decision } = version;
  return `${titleOf(version)}: ${model.rows} rows, held out: ${errorLine(report.crossValidation)}; ${decision}`;
}

/** Without rows and costs, which `model show --json` prints. */
export function summaryOf({ model, version, code, createdAtMs, decision, report }: ModelVersion): object {
  const { target, fidelity, unit, prior, rows } = model;
  return { target, fidelity, unit, version, rows, prior, code, createdAtMs, decision, report };
}
