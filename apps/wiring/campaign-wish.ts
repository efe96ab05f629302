import { FarmError } from '#core';
import {
  blockWidthsV2,
  tinyNasEvolution,
  tinyNasSpace,
  type BatchShares,
  type Budget,
  type CampaignSpec,
  type Limits,
  type Objective,
} from '#search';
import type { Store } from '#store';
import type { Target } from '#targets';

import type { Fidelity } from './models.ts';
import { tinyfarmVersion } from './project.ts';

/** What whoever begins a campaign says, everything that was left open filled in. */
export interface CampaignWish {
  readonly target: Target;
  readonly fidelity: Fidelity;
  readonly tags: readonly string[];
  readonly seed: number;
  readonly width: number;
  readonly resolutions: readonly number[];
  readonly classes: number;
  readonly blockWidths: boolean;
  /** Those of the target where absent. */
  readonly limits: Limits;
  readonly objectives: readonly Objective[];
  readonly budget: Budget;
  readonly batchSize: number;
  readonly shares: BatchShares;
  readonly oracle: CampaignSpec['oracle'];
  readonly population: number;
  readonly generations: number;
  /** Begin with the active model of the target, not with nominal costs. */
  readonly fromModel: boolean;
}

/** What a campaign is told where nobody says otherwise. */
export const campaignDefaults = {
  seed: 1,
  width: 0.4,
  resolutions: [48, 64, 80, 96],
  classes: 2,
  objectives: ['cost', 'sram', 'score'],
  measurements: 40,
  batchSize: 8,
  exploration: 0.25,
  boundary: 0.125,
  oracleTimeoutMs: 600_000,
  population: tinyNasEvolution.population,
  generations: tinyNasEvolution.generations,
} as const;

/** What a campaign's name may be: a folder has it. */
export const campaignNamePattern = /^[A-Za-z0-9][\w.-]{0,99}$/;

/** All that the campaign is told. Error MODEL_UNKNOWN. */
export async function campaignSpec(wish: CampaignWish, store: Store): Promise<CampaignSpec> {
  const { target, fidelity, tags, seed, width, resolutions, classes, population, generations } = wish;
  const { limits, objectives, budget, batchSize, shares, oracle } = wish;
  const startModel = wish.fromModel ? await activeModelOf(target.name, fidelity, store) : undefined;
  // TinyNAS's shares: a fifth are parents, and a generation is half children and half mutants.
  const half = Math.max(1, Math.floor(population / 2));
  return {
    target: target.name,
    fidelity,
    tags,
    seed,
    space: tinyNasSpace({
      width,
      resolutions: [...resolutions],
      classes,
      ...(wish.blockWidths ? { blockWidths: blockWidthsV2 } : {}),
    }),
    limits: {
      sramBytes: limits.sramBytes ?? target.sram.sizeBytes,
      flashBytes: limits.flashBytes ?? target.flash.sizeBytes,
      ...(limits.cost === undefined ? {} : { cost: limits.cost }),
    },
    objectives,
    budget,
    batchSize,
    shares,
    oracle,
    evolution: {
      ...tinyNasEvolution,
      population,
      parents: Math.max(1, Math.floor(population / 5)),
      crossovers: half,
      mutations: half,
      generations,
    },
    ...(startModel === undefined ? {} : { startModel }),
    command: commandOf(wish),
    versions: { tinyfarm: tinyfarmVersion, node: process.versions.node, v8: process.versions.v8 },
  };
}

/** The target and a number, as nobody has it yet. */
export async function freeCampaignName(target: string, { campaigns }: Store): Promise<string> {
  const taken = new Set((await campaigns.list()).map(({ name }) => name));
  let number = 1;
  while (taken.has(`${target}-${number}`)) number++;
  return `${target}-${number}`;
}

async function activeModelOf(
  target: string,
  fidelity: Fidelity,
  store: Store,
): Promise<CampaignSpec['startModel']> {
  const found = await store.models.active({ target, fidelity });
  if (found === undefined) {
    throw new FarmError('MODEL_UNKNOWN', `there is no ${fidelity} latency model of ${target} yet`);
  }
  return { model: found.model, source: `model ${found.version} of ${target}` };
}

/** With every option that decides the result, defaults included: they may change. */
function commandOf({
  target,
  fidelity,
  tags,
  limits,
  budget,
  shares,
  oracle,
  ...wish
}: CampaignWish): string {
  const options: Readonly<
    Record<string, number | string | readonly (number | string)[] | boolean | undefined>
  > = {
    fidelity,
    sram: limits.sramBytes,
    flash: limits.flashBytes,
    cost: limits.cost,
    classes: wish.classes,
    seed: wish.seed,
    width: wish.width,
    resolutions: wish.resolutions,
    'no-block-widths': !wish.blockWidths,
    objectives: wish.objectives,
    measurements: budget.measurements,
    minutes: budget.minutes,
    precision: budget.precision,
    patience: budget.patience,
    batch: wish.batchSize,
    explore: shares.exploration,
    boundary: shares.boundary,
    oracle: oracle.spec,
    proxy: oracle.spec !== 'macs' && oracle.kind === 'proxy',
    'oracle-timeout': oracle.timeoutMs / 1000,
    population: wish.population,
    generations: wish.generations,
    'from-model': wish.fromModel,
  };
  const words = Object.entries(options).flatMap(([option, value]) => {
    if (value === undefined || value === false) return [];
    return value === true ? [`--${option}`] : [`--${option}`, quoted(String(value))];
  });
  const tagged = tags.flatMap((tag) => ['--tag', quoted(tag)]);
  return ['tinyfarm search run --target', target.name, ...tagged, ...words].join(' ');
}

function quoted(text: string): string {
  return /^[\w.,:/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
