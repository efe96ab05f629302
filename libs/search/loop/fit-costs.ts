import { fitModel, priorOfModel, proposeBatch } from '#latency';
import type { FittedModel, ModelDocument, ModelKey, NetworkLayers, TrainingRow } from '#latency';
import { nominalModel } from '../estimate/index.ts';
import type { MeasuredPair } from './loop-state.ts';
import type { LoopCandidate } from './proposal.ts';

export interface FitCostsOptions {
  readonly target: string;
  readonly fidelity: ModelKey['fidelity'];
  /** What the planned network runs, layer by layer. */
  readonly layersOf: (candidate: LoopCandidate) => NetworkLayers;
  /** A model from before the search: it predicts until there are rows, and is the prior of the fits. */
  readonly prior?: { readonly model: ModelDocument; readonly source: string };
  /** Where a fit is computed; default: here. */
  readonly fit?: (
    rows: readonly TrainingRow[],
    options: { readonly prior?: ModelDocument },
  ) => Promise<FittedModel>;
}

export interface CostFit {
  readonly model: ModelDocument;
  readonly source: string;
  readonly meanAbsoluteError?: number;
  readonly costUnderestimate: number;
}

/** A fit of fewer is none. */
const leastRows = 3;

/** The model of what was measured so far; with too few rows the one from before, or nominal costs. */
export async function fitCosts(
  measured: readonly MeasuredPair[],
  options: FitCostsOptions,
): Promise<CostFit> {
  const { target, fidelity, prior, layersOf } = options;
  if (measured.length < leastRows) {
    const before = prior ?? { model: nominalModel(target, fidelity), source: 'nominal costs' };
    return { ...before, costUnderestimate: 0 };
  }
  const rows = measured.map((pair) => rowOfPair(pair, layersOf(pair.proposal), target));
  const fit = options.fit ?? fitHere;
  const { model, report } = await fit(rows, prior === undefined ? {} : { prior: prior.model });
  return {
    model,
    source: `a fit to ${rows.length} measurements`,
    meanAbsoluteError: report.crossValidation.meanAbsoluteError,
    costUnderestimate: report.heldOut.reduce(
      (most, row) => Math.max(most, row.measured / row.predicted - 1),
      0,
    ),
  };
}

function fitHere(rows: readonly TrainingRow[], { prior }: { prior?: ModelDocument }): Promise<FittedModel> {
  return Promise.resolve(fitModel(rows, prior === undefined ? {} : { prior: priorOfModel(prior) }));
}

/** By its structure, not by the measurement's id, so that the same networks give the same bits. */
function rowOfPair({ proposal, outcome }: MeasuredPair, network: NetworkLayers, target: string): TrainingRow {
  const { fidelity, cost, layerCosts, relativeNoise, on } = outcome;
  const { stem, resolution } = proposal.genotype;
  return {
    id: proposal.key,
    target,
    fidelity,
    network,
    cost,
    // Layers that ran otherwise than the plan tells would teach nonsense.
    ...(layerCosts?.length === network.layers.length ? { layerCosts } : {}),
    relativeNoise,
    ...(fidelity === 'hardware' ? { board: on } : {}),
    space: `${stem.channels}/${resolution.join('x')}`,
  };
}

/** Of these candidates, those whose measurement would teach a model most, best first. */
export function mostTeaching(
  model: ModelDocument,
  candidates: readonly LoopCandidate[],
  count: number,
  layersOf: (candidate: LoopCandidate) => NetworkLayers,
): LoopCandidate[] {
  const networks = candidates.map(layersOf);
  // One that rests on nothing is taught most by what it has not met.
  const taught = model.rows === 0 ? { ...model, features: [], root: [] } : model;
  return proposeBatch(taught, networks, count).map(({ network }) => candidates[networks.indexOf(network)]!);
}
