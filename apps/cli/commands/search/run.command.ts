import { randomUUID } from 'node:crypto';

import type { Command } from 'commander';

import { FarmError } from '#core';
import { objectiveNames, tinyNasEvolution, type Objective } from '#search';

import { openProjectStore } from '../../../wiring/create-services.ts';
import type { CliContext } from '../../context.ts';
import { positiveInteger, wholeNumber } from '../../parse.ts';
import { campaignSpec, type RunOptions } from './campaign-spec.ts';
import { addOracleOptions } from './oracle-options.ts';
import { addSearchOptions, numberList, positiveNumber } from './search-options.ts';
import { sitAt } from './sitting.ts';

export function addRunCommand(parent: Command, context: CliContext): void {
  const run = parent
    .command('run')
    .description('search for networks within limits; measurements choose what is measured next')
    .option('--name <name>', 'of the campaign; default: the target and a number', campaignName)
    .option('--width <n>', "width multiplier, as 'search space' chooses it", positiveNumber('--width'), 0.4)
    .option('--resolutions <list>', 'to choose from', numberList('--resolutions'), [48, 64, 80, 96])
    .option('--no-block-widths', 'blocks as wide as their stage, not scaled by 0.5, 0.75 or 1')
    .option('--objectives <list>', `some of ${objectiveNames.join(', ')}`, objectives, [
      'cost',
      'sram',
      'score',
    ])
    .option('--measurements <n>', 'most networks to measure', positiveInteger('--measurements'), 40)
    .option('--minutes <n>', 'most minutes', positiveNumber('--minutes'))
    .option(
      '--precision <share>',
      'end when no more than this is expected to be gained',
      share('--precision'),
    )
    .option('--patience <rounds>', 'end when the front stood still so long', positiveInteger('--patience'))
    .option('--batch <n>', 'networks measured between two fits', wholeNumber('--batch', 1, 1000), 8)
    .option('--explore <share>', 'of a batch: what teaches the model most', share('--explore'), 0.25)
    .option(
      '--boundary <share>',
      'of a batch: what may or may not be within a limit',
      share('--boundary'),
      0.125,
    );
  addOracleOptions(addSearchOptions(run))
    .option(
      '--population <n>',
      'of each search on the model',
      wholeNumber('--population', 2, 10_000),
      tinyNasEvolution.population,
    )
    .option(
      '--generations <n>',
      'of it',
      wholeNumber('--generations', 0, 10_000),
      tinyNasEvolution.generations,
    )
    .option('--from-model', 'begin with the active latency model of the target, not with nominal costs')
    .option('--out <folder>', 'for the report and the chosen networks; default: in the home folder')
    .action((options: RunOptions) => begin(options, context));
}

async function begin(options: RunOptions, context: CliContext): Promise<void> {
  const store = await openProjectStore(context.config);
  try {
    const spec = await campaignSpec(options, store);
    const name = options.name ?? (await freeName(options.target.name, store));
    const campaign = await store.campaigns.create({ id: randomUUID(), name, spec, createdAtMs: Date.now() });
    try {
      await sitAt(campaign, {
        store,
        context,
        out: options.out,
        json: options.json,
        threads: options.threads,
      });
    } catch (error) {
      // One that could not even begin leaves nothing behind.
      const steps = await store.campaigns.steps(campaign.id);
      if (steps.length === 0 && !context.signal.aborted) await store.campaigns.remove(campaign.id);
      throw error;
    }
  } finally {
    await store.close();
  }
}

async function freeName(
  target: string,
  { campaigns }: Awaited<ReturnType<typeof openProjectStore>>,
): Promise<string> {
  const taken = new Set((await campaigns.list()).map(({ name }) => name));
  let number = 1;
  while (taken.has(`${target}-${number}`)) number++;
  return `${target}-${number}`;
}

function share(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= 0 && value <= 1)) {
      throw new FarmError('USAGE_INVALID', `${option} is '${text}', expected a share from 0 to 1`);
    }
    return value;
  };
}

function objectives(text: string): Objective[] {
  const wanted = text.split(',');
  const found = objectiveNames.filter((name) => wanted.includes(name));
  if (found.length !== wanted.length) {
    throw new FarmError(
      'USAGE_INVALID',
      `--objectives is '${text}', expected some of ${objectiveNames.join(',')}`,
    );
  }
  return found;
}

function campaignName(text: string): string {
  if (!/^[A-Za-z0-9][\w.-]{0,99}$/.test(text)) {
    throw new FarmError('USAGE_INVALID', `--name is '${text}', expected letters, digits, '.', '_' and '-'`);
  }
  return text;
}
