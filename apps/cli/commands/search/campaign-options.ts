import { FarmError } from '#core';
import type { Objective } from '#search';

import type { CampaignWish } from '../../../wiring/campaign-wish.ts';
import type { Fidelity } from '../../../wiring/models.ts';
import type { ServerOption } from '../../client/index.ts';
import type { OracleOptions } from './oracle-options.ts';
import type { SearchOptions } from './search-options.ts';

export interface RunOptions extends SearchOptions, OracleOptions, ServerOption {
  local?: boolean;
  detach?: boolean;
  tag: string[];
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

/** Refuses what only a server knows. Error USAGE_INVALID. */
export function assertHere<T extends object>(options: T, flags: readonly (keyof T & string)[]): void {
  const flag = flags.find((name) => options[name] !== undefined && options[name] !== false);
  if (flag === undefined) return;
  throw new FarmError('USAGE_INVALID', `--${flag} is of a campaign on a server, expected --server too`);
}

/** What was said on the command line; limits that were not said are absent. */
export function wishOf(options: RunOptions, fidelity: Fidelity): CampaignWish {
  const { target, tag, seed, width, resolutions, classes, blockWidths, objectives } = options;
  const { sram, flash, cost, measurements, minutes, precision, patience, population, generations } = options;
  return {
    target,
    fidelity,
    tags: tag,
    seed,
    width,
    resolutions,
    classes,
    blockWidths,
    limits: given({ sramBytes: sram, flashBytes: flash, cost }),
    objectives,
    budget: { measurements, ...given({ minutes, precision, patience }) },
    batchSize: options.batch,
    shares: { exploration: options.explore, boundary: options.boundary },
    oracle: {
      spec: options.oracle,
      kind: options.proxy === true || options.oracle === 'macs' ? 'proxy' : 'accuracy',
      timeoutMs: options.oracleTimeout * 1000,
    },
    population,
    generations,
    fromModel: options.fromModel === true,
  };
}

function given<K extends string>(
  values: Readonly<Record<K, number | undefined>>,
): Partial<Record<K, number>> {
  const present = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as Partial<Record<K, number>>;
}
