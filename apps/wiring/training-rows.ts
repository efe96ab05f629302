import { createHash } from 'node:crypto';

import { planCode, planCodeQuickly, type PlanCandidate } from '#codegen';
import { FarmError } from '#core';
import {
  layersOfGraph,
  layersOfPlan,
  rowOfMeasurement,
  type ModelKey,
  type NetworkLayers,
  type TrainingRow,
} from '#latency';
import type { Measurement } from '#measurement';
import { readCandidate, type Graph } from '#network';
import type { Store } from '#store';

/** The rows of a target and fidelity, and what was measured but cannot be one. */
export interface StoredRows {
  readonly rows: readonly TrainingRow[];
  readonly leftOut: readonly { readonly id: string; readonly reason: string }[];
}

/** Networks by their candidate's hash; whoever fits again and again keeps one, since reading them takes longest. */
export type KnownNetworks = Map<string, Known | string>;

interface Known {
  readonly graph: Graph;
  readonly network: NetworkLayers;
  readonly space: string;
}

const allOfThem = 1_000_000;

/**
 * Accepted measurements as rows. Their networks are read again from the candidates' files, which are kept with them. An
 * emulated measurement repeats exactly: of each network only the newest counts.
 */
export async function storedRows(
  store: Store,
  { target, fidelity }: ModelKey,
  networks: KnownNetworks = new Map(),
): Promise<StoredRows> {
  const found = await store.measurements.find({ target, status: 'accepted', limit: allOfThem });
  const rows: TrainingRow[] = [];
  const leftOut: { id: string; reason: string }[] = [];
  const emulated = new Set<string>();
  const classesOf = countedClasses(found);
  for (const measurement of found.filter((each) => each.fidelity === fidelity)) {
    const { candidateHash, buildHash } = measurement.provenance;
    if (emulated.has(candidateHash)) continue;
    const layers = withClasses(measurement.layers, classesOf.get(buildHash));
    const row = await rowFrom(store, { ...measurement, layers }, networks);
    if (typeof row === 'string') {
      leftOut.push({ id: measurement.id, reason: row });
      continue;
    }
    if (fidelity === 'emulated') emulated.add(candidateHash);
    rows.push(row);
  }
  return { rows, leftOut };
}

/** Layers whose instructions were counted by class, by the hash of the image: a later run need not count them again. */
function countedClasses(found: readonly Measurement[]): Map<string, Measurement['layers']> {
  return new Map(
    found
      .filter(({ layers }) => layers.length > 0 && layers.every(({ classes }) => classes !== undefined))
      .map(({ provenance, layers }) => [provenance.buildHash, layers]),
  );
}

/** The layers with their own costs, and the classes that another run of the same image was counted with. */
function withClasses(
  layers: Measurement['layers'],
  counted: Measurement['layers'] | undefined,
): Measurement['layers'] {
  if (counted?.length !== layers.length) return layers;
  return layers.map((layer, index) => {
    const { classes } = counted[index]!;
    return classes === undefined ? layer : { ...layer, classes };
  });
}

/** An accepted measurement as a row, or why it cannot be one. */
export async function rowFrom(
  store: Store,
  measurement: Measurement,
  networks: KnownNetworks = new Map(),
): Promise<TrainingRow | string> {
  const { candidateHash } = measurement.provenance;
  const known = networks.get(candidateHash) ?? (await networkOf(store, measurement));
  networks.set(candidateHash, known);
  if (typeof known === 'string') return known;
  const difference = differenceFrom(known.network, measurement);
  const network = difference === undefined ? known.network : underPlan(known.graph, measurement);
  return network === undefined ? difference! : rowOfMeasurement(measurement, network, { space: known.space });
}

/** The fidelity of which a target has measurements; hardware before emulated. Undefined where it has none. */
export async function measuredFidelity(
  store: Store,
  target: string,
): Promise<ModelKey['fidelity'] | undefined> {
  const found = await store.measurements.find({ target, status: 'accepted', limit: allOfThem });
  if (found.some(({ fidelity }) => fidelity === 'hardware')) return 'hardware';
  return found.length === 0 ? undefined : 'emulated';
}

/** A network as the model sees it, or why it cannot be had. */
async function networkOf(store: Store, measurement: Measurement): Promise<Known | string> {
  const { candidateHash } = measurement.provenance;
  const bytes = await contentOf(store, measurement);
  if (bytes === undefined) return 'its candidate’s file was not kept';
  if (createHash('sha256').update(bytes).digest('hex') !== candidateHash) {
    return 'its candidate’s file is not the one that was measured';
  }
  try {
    const { graph, genotype } = await readCandidate(bytes, { name: measurement.candidate });
    return {
      graph,
      network: layersOfGraph(graph),
      space:
        genotype === undefined ? candidateHash : `${genotype.stem.channels}/${genotype.resolution.join('x')}`,
    };
  } catch (error) {
    if (error instanceof FarmError && error.traits.blame === 'candidate') return error.message;
    throw error;
  }
}

/** Kept beside the measurement, or uploaded to the farm. */
async function contentOf(store: Store, { id, provenance }: Measurement): Promise<Uint8Array | undefined> {
  const artifacts = await store.measurements.artifacts(id);
  const own = artifacts.find(({ name }) => name === 'candidate');
  if (own !== undefined) return store.measurements.readArtifact(own);
  const uploaded = await store.candidates.get(provenance.candidateHash);
  return uploaded === undefined ? undefined : store.candidates.read(uploaded.integrity);
}

/** The layers under the plan that it was measured with: of the same layers, and of an arena as large to the byte. */
function underPlan(graph: Graph, measurement: Measurement): NetworkLayers | undefined {
  const { arenaBytes } = measurement.sram.planned;
  const asMeasured = (plans: readonly PlanCandidate[]): NetworkLayers | undefined =>
    plans
      .filter((plan) => plan.arenaBytes === arenaBytes)
      .map((plan) => layersOfPlan(graph, plan))
      .find((network) => differenceFrom(network, measurement) === undefined);
  // What a search measured is planned in a millisecond, and is seldom among the plans that `planCode` looks at.
  return (
    asMeasured([planCodeQuickly(graph, arenaBytes).plan]) ??
    asMeasured(planCode(graph, { sramLimitBytes: arenaBytes }).candidates)
  );
}

/** A plan by patches, or an older version's kernels, run other layers than the graph tells. */
function differenceFrom(network: NetworkLayers, { layers }: Measurement): string | undefined {
  const measured = layers.map(({ kind, macs }) => `${kind} ${macs}`);
  const told = network.layers.map(({ kind, macs }) => `${kind} ${macs}`);
  if (measured.length === 0) return undefined;
  const at = told.findIndex((layer, index) => layer !== measured[index]);
  if (at === -1 && measured.length === told.length) return undefined;
  return at === -1
    ? `it ran ${measured.length} layers, expected ${told.length}`
    : `its layer ${at} ran as ${measured[at] ?? 'nothing'} MACs, expected ${told[at]}`;
}
