import { join } from 'node:path';

import type { Command } from 'commander';

import { layersOfGraph } from '#latency';

import { activeModel } from '../../../wiring/models.ts';
import { poolOf } from '../../../wiring/candidate-pool.ts';
import { writeOperators, type OperatorFile } from '../../../wiring/operator-files.ts';
import type { CliContext } from '../../context.ts';
import { count } from '../../output/numbers.ts';
import { table } from '../../output/table.ts';
import { positiveInteger, wholeNumber } from '../../parse.ts';
import { fitLine, summaryOf } from './fit.command.ts';
import { measureAndRefit, measuredFidelity } from './measure-and-refit.ts';
import { percent, titleOf } from './model-report.ts';
import { modelCommand, withModels, type ModelOptions } from './with-models.ts';

interface OperatorsOptions extends ModelOptions {
  budget: number;
  pool?: string[];
  random?: number;
  seed: number;
  out?: string;
  measure?: boolean;
}

export function addOperatorsCommand(parent: Command, context: CliContext): void {
  modelCommand(
    parent,
    'operators',
    'make networks of one operator where the model errs most; they are fitted to, and never judged by',
  )
    .requiredOption('--budget <n>', 'how many', positiveInteger('--budget'))
    .option('--pool <files...>', 'the error is that over these candidates')
    .option('--random <n>', 'or over so many random genotypes', wholeNumber('--random', 1, 10_000))
    .option('--seed <n>', 'of the random genotypes and of the operators', wholeNumber('--seed', 0), 0)
    .option('--out <dir>', 'where the operators are written; else in the home folder')
    .option('--measure', 'measure them on QEMU, one after the other, then fit again')
    .action((options: OperatorsOptions) => operators(options, context));
}

async function operators(options: OperatorsOptions, context: CliContext): Promise<void> {
  const { target, budget, seed, json, measure, out } = options;
  const fidelity = measuredFidelity(options);
  await withModels(context, async (services) => {
    const version = await activeModel(services.store, services.models, target, fidelity);
    const { members } = await poolOf(options, context.config);
    const folder = out ?? join(context.config.homeFolder, 'operators', target);
    const pool = members.map(({ graph }) => layersOfGraph(graph));
    const files = await writeOperators(version, pool, { count: budget, seed, folder });
    if (json !== true) context.print(`${titleOf(version)}\n${operatorTable(files)}`);
    if (measure !== true) {
      if (json === true) {
        context.print(JSON.stringify({ version: version.version, operators: files }, null, 2));
      }
      return;
    }
    const paths = files.map(({ path }) => path);
    const fitted = await measureAndRefit(paths, version, services, context);
    context.print(
      json === true
        ? JSON.stringify({ version: version.version, operators: files, fitted: summaryOf(fitted) }, null, 2)
        : fitLine(fitted),
    );
  });
}

function operatorTable(files: readonly OperatorFile[]): string {
  const rows = files.map(({ name, kernel, macs, share, path }) => [
    name,
    kernel,
    count(macs),
    percent(share),
    path,
  ]);
  return table(['operator', 'kernel', 'MACs>', 'share of the expected error>', 'file'], rows);
}
