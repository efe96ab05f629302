import { join } from 'node:path';

import type { Command } from 'commander';

import { FarmError } from '#core';
import { layersOfGraph } from '#latency';

import { activeModel } from '../../../wiring/models.ts';
import { poolOf } from '../../../wiring/candidate-pool.ts';
import { measureAndStore } from '../../../wiring/measure-and-store.ts';
import { writeOperators, type OperatorFile } from '../../../wiring/operator-files.ts';
import type { CliContext } from '../../context.ts';
import { count } from '../../output/numbers.ts';
import { createProgress } from '../../output/progress.ts';
import { table } from '../../output/table.ts';
import { positiveInteger, wholeNumber } from '../../parse.ts';
import { fitLine, refit, summaryOf } from './fit.command.ts';
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
  if (measure === true && options.fidelity === 'hardware') {
    throw new FarmError('USAGE_INVALID', '--measure runs on QEMU, which measures no hardware model');
  }
  await withModels(context, async (services) => {
    const fidelity = measure === true ? 'emulated' : options.fidelity;
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
    const outcome = await measureAndStore(
      files.map(({ path }) => path),
      {
        target,
        config: context.config,
        store: services.store,
        signal: context.signal,
        progress: createProgress(context.interactive, context.note),
      },
    );
    for (const { path, error } of outcome.failed) context.note(`${path} not measured: ${error.message}`);
    if (outcome.measured === 0) throw outcome.failed[0]!.error;
    const fitted = await refit(services, version.model, context);
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
