import { randomUUID } from 'node:crypto';

import type { Command } from 'commander';

import { FarmError } from '#core';
import { objectiveNames, type Objective } from '#search';

import {
  campaignDefaults as defaults,
  campaignNamePattern,
  campaignSpec,
  freeCampaignName,
} from '../../../wiring/campaign-wish.ts';
import { openProjectStore } from '../../../wiring/open-project-store.ts';
import { optionalClient, withOptionalServer } from '../../client/index.ts';
import type { CliContext } from '../../context.ts';
import { positiveInteger, wholeNumber } from '../../parse.ts';
import { beginOnServer } from './campaign-on-server.ts';
import { assertHere, wishOf, type RunOptions } from './campaign-options.ts';
import { addOracleOptions } from './oracle-options.ts';
import { addSearchOptions, numberList, positiveNumber } from './search-options.ts';
import { sitAt } from './sitting.ts';

export function addRunCommand(parent: Command, context: CliContext): void {
  const run = withOptionalServer(parent.command('run'))
    .description('search for networks within limits; measurements choose what is measured next')
    .option('--name <name>', 'of the campaign; default: the target and a number', campaignName)
    .option('--detach', 'with a server: return at once, the campaign goes on there')
    .option('--tag <tag>', 'with a server: only boards with this tag; repeatable', collect, [])
    .option(
      '--width <n>',
      "width multiplier, as 'search space' chooses it",
      positiveNumber('--width'),
      defaults.width,
    )
    .option('--resolutions <list>', 'to choose from', numberList('--resolutions'), [...defaults.resolutions])
    .option('--no-block-widths', 'blocks as wide as their stage, not scaled by 0.5, 0.75 or 1')
    .option('--objectives <list>', `some of ${objectiveNames.join(', ')}`, objectives, [
      ...defaults.objectives,
    ])
    .option(
      '--measurements <n>',
      'most networks to measure',
      positiveInteger('--measurements'),
      defaults.measurements,
    )
    .option('--minutes <n>', 'most minutes', positiveNumber('--minutes'))
    .option(
      '--precision <share>',
      'end when no more than this is expected to be gained',
      share('--precision'),
    )
    .option('--patience <rounds>', 'end when the front stood still so long', positiveInteger('--patience'))
    .option(
      '--batch <n>',
      'networks measured between two fits',
      wholeNumber('--batch', 1, 1000),
      defaults.batchSize,
    )
    .option(
      '--explore <share>',
      'of a batch: what teaches the model most',
      share('--explore'),
      defaults.exploration,
    )
    .option(
      '--boundary <share>',
      'of a batch: what may or may not be within a limit',
      share('--boundary'),
      defaults.boundary,
    );
  addOracleOptions(addSearchOptions(run))
    .option(
      '--population <n>',
      'of each search on the model',
      wholeNumber('--population', 2, 10_000),
      defaults.population,
    )
    .option('--generations <n>', 'of it', wholeNumber('--generations', 0, 10_000), defaults.generations)
    .option('--from-model', 'begin with the active latency model of the target, not with nominal costs')
    .option('--out <folder>', 'for the report and the chosen networks; default: in the home folder')
    .action((options: RunOptions) => begin(options, context));
}

async function begin(options: RunOptions, context: CliContext): Promise<void> {
  const client = optionalClient(options, context);
  await (client === undefined ? beginHere(options, context) : beginOnServer(options, client, context));
}

async function beginHere(options: RunOptions, context: CliContext): Promise<void> {
  refuseServerOptions(options);
  const store = await openProjectStore(context.config);
  try {
    const spec = await campaignSpec(wishOf(options, 'emulated'), store);
    const name = options.name ?? (await freeCampaignName(options.target.name, store));
    const begun = { id: randomUUID(), name, spec, user: null, createdAtMs: Date.now() };
    const campaign = await store.campaigns.create(begun);
    const { out, json, threads } = options;
    try {
      await sitAt(campaign, { store, context, out, json, threads });
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

function refuseServerOptions({ fidelity, tag, detach }: RunOptions): void {
  if (fidelity === 'hardware') {
    throw new FarmError(
      'USAGE_INVALID',
      "--fidelity is 'hardware', expected emulated: this measures in QEMU; a server (--server) measures on its boards",
    );
  }
  assertHere({ detach, tag: tag.length > 0 }, ['detach', 'tag']);
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
  if (!campaignNamePattern.test(text)) {
    throw new FarmError('USAGE_INVALID', `--name is '${text}', expected letters, digits, '.', '_' and '-'`);
  }
  return text;
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}
