import { FeatureSpace } from '../features/index.ts';
import type { NetworkLayers } from '../layers/index.ts';
import type { ModelDocument } from '../model/index.ts';

export interface Proposal {
  readonly network: NetworkLayers;
  /** Standard deviation that the model states for it before the batch, as a share of its cost. */
  readonly deviation: number;
  /** Share of the pool's summed variance that its measurement is expected to remove, given those before it. */
  readonly gain: number;
}

/**
 * The batch of a pool whose measurement would teach the model most: one after the other, the network that most reduces the
 * summed relative variance of the whole pool (Cohn 1996, active learning by variance reduction). A near-duplicate of one
 * already chosen gains nothing. Networks with parts that the model never met come first.
 */
export function proposeBatch(
  model: ModelDocument,
  pool: readonly NetworkLayers[],
  budget: number,
): Proposal[] {
  const { vectors, unmet } = relativeVectors(model, pool);
  const proposals: Proposal[] = [];
  const chosen = new Set<number>();
  const variance = (index: number): number => squaredLength(vectors[index]!);
  const before = vectors.map(squaredLength);
  const noise = Math.max(model.misfit, 1e-6) ** 2;
  const covered = new Set<string>();
  while (chosen.size < Math.min(budget, pool.length)) {
    // Nothing is left to learn where nothing is uncertain.
    const total = vectors.reduce((sum, vector) => sum + squaredLength(vector), 0) || 1;
    const scores = pool.map((_, index) => {
      if (chosen.has(index)) return -1;
      const news = unmet[index]!.filter((name) => !covered.has(name)).length;
      return news > 0 ? 1 + news : gainOf(vectors, index, noise) / total;
    });
    const best = scores.indexOf(Math.max(...scores));
    proposals.push({
      network: pool[best]!,
      deviation: Math.sqrt(before[best]! + noise),
      gain: gainOf(vectors, best, noise) / total,
    });
    chosen.add(best);
    for (const name of unmet[best]!) covered.add(name);
    condition(vectors, best, variance(best) + noise);
  }
  return proposals;
}

/** Rᵀv / cost of each network: their products are the covariances of relative errors. */
function relativeVectors(
  model: ModelDocument,
  pool: readonly NetworkLayers[],
): { vectors: Float64Array[]; unmet: string[][] } {
  const size = model.features.length;
  const space = new FeatureSpace(model.features.map(({ name }) => name));
  const unmet: string[][] = [];
  const vectors = pool.map((network) => {
    const { indices, values } = space.ofNetwork(network);
    const vector = new Float64Array(size);
    let cost = 0;
    unmet.push([...indices].filter((column) => column >= size).map((column) => space.names[column]!));
    for (const [position, column] of indices.entries()) {
      const feature = model.features[column];
      if (feature === undefined) continue;
      cost += values[position]! * feature.cost;
      const row = model.root[column]!;
      for (const [at, entry] of row.entries()) vector[at]! += values[position]! * feature.expected * entry;
    }
    return vector.map((entry) => entry / cost);
  });
  return { vectors, unmet };
}

/** How much the summed variance falls when network `index` is measured. */
function gainOf(vectors: readonly Float64Array[], index: number, noise: number): number {
  const own = vectors[index]!;
  let sum = 0;
  for (const vector of vectors) sum += dot(own, vector) ** 2;
  return sum / (squaredLength(own) + noise);
}

/** Shrinks all vectors along the measured one, so that their products become the covariances given its measurement. */
function condition(vectors: readonly Float64Array[], index: number, total: number): void {
  const own = Float64Array.from(vectors[index]!);
  const squares = squaredLength(own);
  if (squares === 0) return;
  const remaining = Math.sqrt(1 - squares / total);
  for (const vector of vectors) {
    const along = (dot(vector, own) / squares) * (1 - remaining);
    for (let i = 0; i < vector.length; i++) vector[i]! -= along * own[i]!;
  }
}

function squaredLength(vector: Float64Array): number {
  return dot(vector, vector);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
