import type { Command } from 'commander';

import type { ModelKey } from '#latency';

import { activeModel } from '../../../wiring/models.ts';
import type { CliContext } from '../../context.ts';
import { table } from '../../output/table.ts';
import { positiveInteger } from '../../parse.ts';
import { summaryOf } from './fit.command.ts';
import { percent, titleOf } from './model-report.ts';
import { modelCommand, withModels, type ModelOptions, type Services } from './with-models.ts';

export function addVersionsCommand(parent: Command, context: CliContext): void {
  modelCommand(parent, 'versions', 'list the versions of a model, newest first').action(
    (options: ModelOptions) =>
      withModels(context, async (services) => {
        const key = await keyOf(services, options);
        const [all, active] = [
          await services.store.models.list(key),
          await services.store.models.active(key),
        ];
        const isActive = (version: number): boolean => version === active?.version;
        if (options.json === true) {
          const found = all.map((each) => ({ ...summaryOf(each), active: isActive(each.version) }));
          context.print(JSON.stringify(found, null, 2));
          return;
        }
        const rows = all.map(({ version, model, report, createdAtMs, decision }) => [
          `${version}${isActive(version) ? ' (active)' : ''}`,
          new Date(createdAtMs).toISOString().replace('T', ' ').slice(0, 19),
          String(model.rows),
          percent(report.crossValidation.meanAbsoluteError),
          decision,
        ]);
        context.print(`${key.fidelity} models of ${key.target}`);
        context.print(table(['version', 'when (UTC)', 'rows>', 'held-out error>', 'decision'], rows));
      }),
  );
}

export function addRollbackCommand(parent: Command, context: CliContext): void {
  modelCommand(parent, 'rollback', 'make a version the active one by hand')
    .argument('<version>', 'its number', positiveInteger('version'))
    .action((number: number, options: ModelOptions) =>
      withModels(context, async (services) => {
        const version = await services.models.rollback(await keyOf(services, options), number);
        context.print(
          options.json === true
            ? JSON.stringify({ ...summaryOf(version), active: true }, null, 2)
            : `${titleOf(version)}: now the active one`,
        );
      }),
    );
}

async function keyOf({ store, models }: Services, { target, fidelity }: ModelOptions): Promise<ModelKey> {
  const { model } = await activeModel(store, models, target, fidelity);
  return { target, fidelity: model.fidelity };
}
