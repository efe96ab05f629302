import { FarmError } from '#core';
import { seededRandom, type ResumableRandom } from '#network';
import type { Estimator, Limits } from '../estimate/index.ts';
import type { AccuracyOracle } from '../oracle/index.ts';
import type { Objective } from '../pareto/index.ts';
import {
  crossover,
  genotypeKey,
  mutate,
  sample,
  toGenotype,
  type Architecture,
  type SearchSpace,
} from '../space/index.ts';
import { excessOfEstimate, vectorOf, type Member } from './member.ts';
import { rank } from './rank.ts';

/** The numbers of TinyNAS (MCUNet, appendix) are the defaults. */
export interface EvolutionSettings {
  readonly population: number;
  readonly parents: number;
  /** Children of two parents in each generation. */
  readonly crossovers: number;
  /** Mutants of one parent in each generation. */
  readonly mutations: number;
  /** Of each gene of a mutant. */
  readonly mutationProbability: number;
  readonly generations: number;
}

export const tinyNasEvolution: EvolutionSettings = {
  population: 100,
  parents: 20,
  crossovers: 50,
  mutations: 50,
  mutationProbability: 0.1,
  generations: 30,
};

export interface Evolution {
  readonly space: SearchSpace;
  readonly estimator: Estimator;
  readonly oracle: AccuracyOracle;
  readonly limits: Limits;
  readonly objectives: readonly Objective[];
  readonly settings: EvolutionSettings;
}

/** Between two generations: plain data, from which `nextGeneration` goes on with the same random numbers. */
export interface EvolutionState {
  readonly generation: number;
  readonly randomState: number;
  /** From best to worst. */
  readonly members: readonly Member[];
  /** Networks estimated and scored so far, each once. */
  readonly evaluated: number;
}

/** Draws the first population. A search from known networks begins with them as `seeds`. */
export async function firstGeneration(
  evolution: Evolution,
  seed: number,
  seeds: readonly Architecture[] = [],
): Promise<EvolutionState> {
  checkSettings(evolution.settings);
  const random = seededRandom(seed);
  const drawn = distinct(evolution, new Set(), [
    ...seeds.map((architecture) => () => architecture),
    ...Array.from({ length: evolution.settings.population }, () => () => sample(evolution.space, random)),
  ]);
  return settle(evolution, random, 0, 0, [], drawn.slice(0, evolution.settings.population));
}

/** Children and mutants of the best, and of all together the best stay. */
export async function nextGeneration(evolution: Evolution, state: EvolutionState): Promise<EvolutionState> {
  const { space, settings } = evolution;
  const random = seededRandom(state.randomState);
  const parents = state.members.slice(0, settings.parents);
  const parent = (): Architecture => random.pick(parents).architecture;
  const makers = [
    ...Array.from({ length: settings.crossovers }, () => () => crossover(parent(), parent(), random)),
    ...Array.from(
      { length: settings.mutations },
      () => () => mutate(space, parent(), settings.mutationProbability, random),
    ),
  ];
  const known = new Set(state.members.map(({ key }) => key));
  const children = distinct(evolution, known, makers);
  return settle(evolution, random, state.generation + 1, state.evaluated, state.members, children);
}

/** Tries of one maker after which a network that is already known is left out: small spaces run dry. */
const maxTries = 20;

type Drawn = Pick<Member, 'architecture' | 'genotype' | 'key'>;

function distinct(
  { space }: Evolution,
  known: Set<string>,
  makers: readonly (() => Architecture)[],
): Drawn[] {
  return makers.flatMap((make): Drawn[] => {
    for (let tries = 0; tries < maxTries; tries++) {
      const architecture = make();
      const genotype = toGenotype(space, architecture);
      const key = genotypeKey(genotype);
      if (known.has(key)) continue;
      known.add(key);
      return [{ architecture, genotype, key }];
    }
    return [];
  });
}

async function settle(
  evolution: Evolution,
  random: ResumableRandom,
  generation: number,
  evaluated: number,
  old: readonly Member[],
  drawn: readonly Drawn[],
): Promise<EvolutionState> {
  const all = [...old, ...(await evaluate(evolution, drawn))];
  const ranked = all.map((member) => ({
    vector: vectorOf(member, evolution.objectives),
    excess: member.excess,
  }));
  const best = rank(ranked).slice(0, evolution.settings.population);
  return {
    generation,
    randomState: random.state,
    members: best.map((index) => all[index]!),
    evaluated: evaluated + drawn.length,
  };
}

async function evaluate(
  { estimator, oracle, limits }: Evolution,
  drawn: readonly Drawn[],
): Promise<Member[]> {
  const estimates = await estimator.estimate(drawn.map(({ genotype }) => genotype));
  const values = await oracle.ask(
    drawn.map(({ genotype, key }, index) => ({ genotype, key, macs: estimates[index]!.macs })),
  );
  return drawn.map((one, index) => {
    const estimate = estimates[index]!;
    const score = { oracle: oracle.name, kind: oracle.kind, value: values[index]! };
    return { ...one, estimate, score, excess: excessOfEstimate(estimate, limits) };
  });
}

function checkSettings(settings: EvolutionSettings): void {
  const { parents, population, mutationProbability } = settings;
  const counts = ['population', 'parents', 'crossovers', 'mutations', 'generations'] as const;
  for (const name of counts) {
    const least = name === 'population' || name === 'parents' ? 1 : 0;
    if (!Number.isInteger(settings[name]) || settings[name] < least) {
      throw new FarmError(
        'USAGE_INVALID',
        `${name} ${settings[name]}, expected a whole number from ${least}`,
      );
    }
  }
  if (parents > population) {
    throw new FarmError(
      'USAGE_INVALID',
      `${parents} parents of a population of ${population}, expected no more`,
    );
  }
  if (!(mutationProbability >= 0 && mutationProbability <= 1)) {
    throw new FarmError('USAGE_INVALID', `mutation probability ${mutationProbability}, expected 0 to 1`);
  }
}
