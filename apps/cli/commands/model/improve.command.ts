import type { Command } from 'commander';

import { activeModel } from '../../../wiring/models.ts';
import { poolOf } from '../../../wiring/candidate-pool.ts';
import { optionalClient, withOptionalServer, type ServerOption } from '../../client/index.ts';
import type { CliContext } from '../../context.ts';
import { positiveInteger, wholeNumber } from '../../parse.ts';
import { fitLine, summaryOf } from './fit.command.ts';
import { improveOnServer } from './improve-on-server.ts';
import { measureAndRefit, measuredFidelity } from './measure-and-refit.ts';
import { titleOf } from './model-report.ts';
import { choose, proposalTable } from './proposals.ts';
import { modelCommand, withModels, type ModelOptions } from './with-models.ts';

interface ImproveOptions extends ModelOptions, ServerOption {
  local?: boolean;
  budget: number;
  pool?: string[];
  random?: number;
  seed: number;
  out?: string;
  measure?: boolean;
}

export function addImproveCommand(parent: Command, context: CliContext): void {
  withOptionalServer(
    modelCommand(parent, 'improve', 'choose the networks whose measurement would teach the model most'),
  )
    .requiredOption('--budget <n>', 'how many', positiveInteger('--budget'))
    .option('--pool <files...>', 'choose among these candidates')
    .option('--random <n>', 'choose among so many random genotypes', wholeNumber('--random', 1, 10_000))
    .option('--seed <n>', 'of the random genotypes', wholeNumber('--seed', 0), 0)
    .option('--out <dir>', 'where the chosen random genotypes are written; else in the home folder')
    .option('--measure', 'measure them on QEMU, one after the other, then fit again')
    .action((options: ImproveOptions) => improve(options, context));
}

async function improve(options: ImproveOptions, context: CliContext): Promise<void> {
  const { target, budget, json, measure } = options;
  const client = optionalClient(options, context);
  if (client !== undefined) return improveOnServer(options, client, context);
  const fidelity = measuredFidelity(options);
  await withModels(context, async (services) => {
    const version = await activeModel(services.store, services.models, target, fidelity);
    const pool = await poolOf(options, context.config);
    const chosen = choose(version.model, pool.members, budget);
    await pool.keep(chosen);
    const proposals = chosen.map(({ name, path, macs, deviation, gain }) => ({
      candidate: name,
      path,
      macs,
      deviation,
      gain,
    }));
    if (json !== true) context.print(`${titleOf(version)}\n${proposalTable(chosen)}`);
    if (measure !== true) {
      if (json === true) context.print(JSON.stringify({ version: version.version, proposals }, null, 2));
      return;
    }
    const paths = chosen.map(({ path }) => path);
    const fitted = await measureAndRefit(paths, version, services, context);
    context.print(
      json === true
        ? JSON.stringify({ version: version.version, proposals, fitted: summaryOf(fitted) }, null, 2)
        : fitLine(fitted),
    );
  });
}
