import type { Command } from 'commander';

import { FarmError } from '#core';
import { layersOfGraph, proposeBatch, type ModelVersion } from '#latency';

import { activeModel } from '../../../wiring/models.ts';
import { poolOf, type PoolMember } from '../../../wiring/candidate-pool.ts';
import { measureAndStore } from '../../../wiring/measure-and-store.ts';
import type { CliContext } from '../../context.ts';
import { count } from '../../output/numbers.ts';
import { createProgress } from '../../output/progress.ts';
import { table } from '../../output/table.ts';
import { positiveInteger, wholeNumber } from '../../parse.ts';
import { fitLine, refit, summaryOf } from './fit.command.ts';
import { percent, titleOf } from './model-report.ts';
import { modelCommand, withModels, type ModelOptions } from './with-models.ts';

interface ImproveOptions extends ModelOptions {
  budget: number;
  pool?: string[];
  random?: number;
  seed: number;
  out?: string;
  measure?: boolean;
}

interface Chosen extends PoolMember {
  readonly deviation: number;
  readonly gain: number;
}

export function addImproveCommand(parent: Command, context: CliContext): void {
  modelCommand(parent, 'improve', 'choose the networks whose measurement would teach the model most')
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
  if (measure === true && options.fidelity === 'hardware') {
    throw new FarmError('USAGE_INVALID', '--measure runs on QEMU, which measures no hardware model');
  }
  await withModels(context, async (services) => {
    const fidelity = measure === true ? 'emulated' : options.fidelity;
    const version = await activeModel(services.store, services.models, target, fidelity);
    const pool = await poolOf(options, context.config);
    const chosen = choose(version, pool.members, budget);
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
    const progress = createProgress(context.interactive, context.note);
    const outcome = await measureAndStore(
      chosen.map(({ path }) => path),
      { target, config: context.config, store: services.store, signal: context.signal, progress },
    );
    for (const { path, error } of outcome.failed) context.note(`${path} not measured: ${error.message}`);
    if (outcome.measured === 0) throw outcome.failed[0]!.error;
    const fitted = await refit(services, version.model, context);
    context.print(
      json === true
        ? JSON.stringify({ version: version.version, proposals, fitted: summaryOf(fitted) }, null, 2)
        : fitLine(fitted),
    );
  });
}

function choose({ model }: ModelVersion, members: readonly PoolMember[], budget: number): Chosen[] {
  const networks = members.map(({ graph }) => layersOfGraph(graph));
  return proposeBatch(model, networks, budget).map(({ network, deviation, gain }) => ({
    ...members[networks.indexOf(network)]!,
    deviation,
    gain,
  }));
}

function proposalTable(chosen: readonly Chosen[]): string {
  const rows = chosen.map(({ name, path, macs, deviation, gain }) => [
    name,
    count(macs),
    percent(deviation),
    percent(gain),
    path,
  ]);
  return table(['measure next', 'MACs>', 'uncertain by>', 'removes of what is uncertain>', 'file'], rows);
}
