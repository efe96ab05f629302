import { FarmError } from '#core';
import { blockWidthsV2, tinyNasEvolution, tinyNasSpace, type CampaignSpec, type Objective } from '#search';
import type { Store } from '#store';

import { tinyfarmVersion } from '../../../wiring/project.ts';
import type { OracleOptions } from './oracle-options.ts';
import { limitsOf, type SearchOptions } from './search-options.ts';

export interface RunOptions extends SearchOptions, OracleOptions {
  name?: string;
  width: number;
  resolutions: number[];
  blockWidths: boolean;
  objectives: Objective[];
  measurements: number;
  minutes?: number;
  precision?: number;
  patience?: number;
  batch: number;
  explore: number;
  boundary: number;
  population: number;
  generations: number;
  fromModel?: boolean;
  out?: string;
}

/** What a campaign is told, from what was given on the command line. */
export async function campaignSpec(options: RunOptions, store: Store): Promise<CampaignSpec> {
  const { target, width, resolutions, classes, blockWidths, population, seed } = options;
  const { measurements, minutes, precision, patience } = options;
  if (options.fidelity === 'hardware') {
    throw new FarmError(
      'USAGE_INVALID',
      "--fidelity is 'hardware', expected emulated: this search measures in QEMU",
    );
  }
  const startModel = options.fromModel === true ? await activeModelOf(target.name, store) : undefined;
  // TinyNAS's shares: a fifth are parents, and a generation is half children and half mutants.
  const half = Math.max(1, Math.floor(population / 2));
  return {
    target: target.name,
    seed,
    space: tinyNasSpace({
      width,
      resolutions,
      classes,
      ...(blockWidths ? { blockWidths: blockWidthsV2 } : {}),
    }),
    limits: limitsOf(options),
    objectives: options.objectives,
    budget: {
      measurements,
      ...(minutes === undefined ? {} : { minutes }),
      ...(precision === undefined ? {} : { precision }),
      ...(patience === undefined ? {} : { patience }),
    },
    batchSize: options.batch,
    shares: { exploration: options.explore, boundary: options.boundary },
    oracle: {
      spec: options.oracle,
      kind: options.proxy === true ? 'proxy' : 'accuracy',
      timeoutMs: options.oracleTimeout * 1000,
    },
    evolution: {
      ...tinyNasEvolution,
      population,
      parents: Math.max(1, Math.floor(population / 5)),
      crossovers: half,
      mutations: half,
      generations: options.generations,
    },
    ...(startModel === undefined ? {} : { startModel }),
    command: commandOf(options),
    versions: { tinyfarm: tinyfarmVersion, node: process.versions.node, v8: process.versions.v8 },
  };
}

async function activeModelOf(target: string, store: Store): Promise<CampaignSpec['startModel']> {
  const found = await store.models.active({ target, fidelity: 'emulated' });
  if (found === undefined) {
    throw new FarmError('MODEL_UNKNOWN', `there is no emulated latency model of ${target} yet`);
  }
  return { model: found.model, source: `model ${found.version} of ${target}` };
}

/** Of these, the result depends on none. */
const notOfTheResult = new Set(['name', 'out', 'json', 'threads', 'blockWidths']);

/** With every option that decides the result, defaults included: they may change. */
function commandOf(options: RunOptions): string {
  const { target: _, ...plain } = options;
  const words = Object.entries(plain).flatMap(([option, value]) => {
    if (notOfTheResult.has(option) || value === undefined) return [];
    const flag = `--${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    const text = String(value);
    return value === true
      ? [flag]
      : [flag, /^[\w.,:/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`];
  });
  const narrow = options.blockWidths ? [] : ['--no-block-widths'];
  return ['tinyfarm search run --target', options.target.name, ...words, ...narrow].join(' ');
}
