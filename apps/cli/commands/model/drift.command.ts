import type { Command } from 'commander';

import type { CliContext } from '../../context.ts';
import { driftLine } from '../../output/drift-line.ts';
import { positiveInteger } from '../../parse.ts';
import { modelCommand, withModels, type ModelOptions } from './with-models.ts';

interface DriftOptions extends ModelOptions {
  limit: number;
}

export function addDriftCommand(parent: Command, context: CliContext): void {
  modelCommand(parent, 'drift', 'list the measurements that the model had not expected, newest first')
    .option('--limit <n>', 'at most so many', positiveInteger('--limit'), 20)
    .action(({ target, fidelity, limit, json }: DriftOptions) =>
      withModels(context, async ({ store }) => {
        const flags = await store.drift.list({
          target,
          limit,
          ...(fidelity === undefined ? {} : { fidelity }),
        });
        if (json === true) {
          context.print(JSON.stringify(flags, null, 2));
          return;
        }
        if (flags.length === 0) context.print(`no measurement of ${target} was far from its prediction`);
        for (const flag of flags) {
          const when = new Date(flag.raisedAtMs).toISOString().slice(0, 16).replace('T', ' ');
          context.print(`${when}  ${flag.fidelity} model ${flag.version}  ${driftLine(flag)}`);
        }
      }),
    );
}
