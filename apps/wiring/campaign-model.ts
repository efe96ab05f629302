import { planCodeQuickly } from '#codegen';
import { layersOfPlan, type NetworkLayers } from '#latency';
import { genotypeToGraph, type Random } from '#network';
import {
  arenaLimitBytes,
  finalFront,
  firstGeneration,
  hopeful,
  mostTeaching,
  nextGeneration,
  nominalModel,
  SearchThreads,
  type AccuracyOracle,
  type Architecture,
  type CampaignSpec,
  type CostFit,
  type Found,
  type LoopCandidate,
  type LoopModel,
  type MeasuredPair,
  type Member,
} from '#search';

import type { PlanWish } from './choose-plan.ts';

export interface CampaignModelOptions {
  readonly spec: CampaignSpec;
  readonly oracle: AccuracyOracle;
  readonly threads: number;
  readonly signal: AbortSignal;
  /** After each generation. */
  readonly onProgress: (generation: number, generations: number) => void;
}

/** The plan that a campaign's estimates are made for, and by which its networks are measured. */
export function planWish({
  target,
  limits: { sramBytes },
}: Pick<CampaignSpec, 'target' | 'limits'>): PlanWish {
  if (sramBytes === undefined) return { kind: 'quick' };
  const model = nominalModel(target);
  return {
    kind: 'quick',
    sramLimitBytes: arenaLimitBytes({ model, costSource: '', sramLimitBytes: sramBytes }),
  };
}

/** What a campaign's network runs, layer by layer; those asked for once are remembered. */
export function planLayers(
  spec: Pick<CampaignSpec, 'target' | 'limits'>,
): (candidate: LoopCandidate) => NetworkLayers {
  const { sramLimitBytes } = planWish(spec);
  const known = new Map<string, NetworkLayers>();
  return ({ key, genotype }) => {
    let layers = known.get(key);
    if (layers === undefined) {
      const graph = genotypeToGraph(genotype);
      layers = layersOfPlan(graph, planCodeQuickly(graph, sramLimitBytes).plan);
      known.set(key, layers);
    }
    return layers;
  };
}

/** The loop's model: NSGA-II on the estimates of a fit, in threads of its own. */
export function searchingModel(fit: CostFit, options: CampaignModelOptions): LoopModel {
  const layersOf = planLayers(options.spec);
  return {
    source: fit.source,
    search: (random, measured) => evolve(fit, random, measured, options),
    teach: (candidates, count) => mostTeaching(fit.model, candidates, count, layersOf),
  };
}

/** From the measured front and from chance; found is whatever was in a population and may turn out to be on the front. */
async function evolve(
  fit: CostFit,
  random: Random,
  measured: readonly MeasuredPair[],
  options: CampaignModelOptions,
): Promise<Found> {
  const { spec, oracle, threads, signal, onProgress } = options;
  const { limits, evolution: settings } = spec;
  const estimator = new SearchThreads(
    {
      model: fit.model,
      costSource: fit.source,
      ...(limits.sramBytes === undefined ? {} : { sramLimitBytes: limits.sramBytes }),
    },
    threads,
  );
  try {
    const evolution = { space: spec.space, estimator, oracle, limits, objectives: spec.objectives, settings };
    const seeds = seedsOf(measured, spec, settings.population);
    let state = await firstGeneration(evolution, random.uint32(), seeds);
    const met = new Map<string, Member>(state.members.map((member) => [member.key, member]));
    while (state.generation < settings.generations) {
      signal.throwIfAborted();
      state = await nextGeneration(evolution, state);
      for (const member of state.members) met.set(member.key, member);
      onProgress(state.generation, settings.generations);
    }
    const candidates = hopeful([...met.values()].map(candidateOf), spec);
    return { candidates, searched: state.evaluated };
  } finally {
    await estimator.close();
  }
}

/** At most half a population, so that there is room for chance. */
function seedsOf(
  measured: readonly MeasuredPair[],
  { objectives }: CampaignSpec,
  population: number,
): Architecture[] {
  return finalFront(measured, objectives)
    .flatMap(({ proposal }) => proposal.architecture ?? [])
    .slice(0, Math.floor(population / 2));
}

function candidateOf({ key, genotype, architecture, estimate, score }: Member): LoopCandidate {
  return { key, genotype, architecture, estimate, score };
}
