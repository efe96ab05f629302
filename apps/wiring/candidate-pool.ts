import { join } from 'node:path';

import { FarmError } from '#core';
import {
  formatGenotype,
  genotypeToGraph,
  graphMacs,
  randomGenotype,
  seededRandom,
  type Genotype,
  type GenotypeBounds,
  type Graph,
} from '#network';

import type { Config } from '../config.ts';
import { loadCandidate } from './load-candidate.ts';
import { writeFileSafely } from './write-file-safely.ts';

export interface PoolRequest {
  readonly target: string;
  readonly pool?: readonly string[];
  readonly random?: number;
  readonly seed: number;
  /** Folder of the random genotypes that are kept. */
  readonly out?: string;
}

/** A network that may be measured; a random one has no file until it is kept. */
export interface PoolMember {
  readonly name: string;
  readonly path: string;
  readonly graph: Graph;
  readonly macs: number;
  readonly genotype?: Genotype;
}

export interface CandidatePool {
  readonly members: readonly PoolMember[];
  /** Writes those that have no file yet. */
  readonly keep: (members: readonly PoolMember[]) => Promise<void>;
}

/** Up to some ten million MACs: what small targets hold, and an emulator runs in seconds. */
const bounds: GenotypeBounds = {
  minResolution: 16,
  maxResolution: 64,
  maxBlocks: 8,
  maxChannels: 48,
  maxExpansion: 4,
  maxClasses: 10,
};

/** Errors: USAGE_INVALID unless there is either a pool or a number; those of reading candidates. */
export async function poolOf(request: PoolRequest, config: Config): Promise<CandidatePool> {
  const { pool, random } = request;
  if ((pool === undefined) === (random === undefined)) {
    throw new FarmError('USAGE_INVALID', 'expected either --pool with files or --random with a number');
  }
  const folder = request.out ?? join(config.homeFolder, 'proposals', request.target);
  const members =
    pool === undefined
      ? randomMembers(random!, request.seed, folder)
      : await Promise.all(pool.map(readMember));
  return { members, keep };
}

async function readMember(path: string): Promise<PoolMember> {
  const { name, graph } = await loadCandidate(path);
  return { name, path, graph, macs: graphMacs(graph) };
}

function randomMembers(count: number, seed: number, folder: string): PoolMember[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const genotype = randomGenotype(random, bounds);
    const graph = genotypeToGraph(genotype);
    const path = join(folder, `${genotype.name}.json`);
    return { name: genotype.name, path, graph, macs: graphMacs(graph), genotype };
  });
}

async function keep(members: readonly PoolMember[]): Promise<void> {
  for (const { genotype, path } of members) {
    if (genotype === undefined) continue;
    await writeFileSafely(path, `${JSON.stringify(formatGenotype(genotype), null, 2)}\n`);
  }
}
