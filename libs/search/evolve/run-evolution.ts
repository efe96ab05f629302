import { paretoFront } from '../pareto/index.ts';
import { firstGeneration, nextGeneration, type Evolution, type EvolutionState } from './evolve.ts';
import { vectorOf, type Member } from './member.ts';

export interface RunOptions {
  readonly seed: number;
  readonly onGeneration?: (state: EvolutionState) => void;
}

/** Stage two on the estimator alone. The same seed gives the same networks on any number of threads. */
export async function runEvolution(
  evolution: Evolution,
  { seed, onGeneration }: RunOptions,
): Promise<EvolutionState> {
  let state = await firstGeneration(evolution, seed);
  onGeneration?.(state);
  while (state.generation < evolution.settings.generations) {
    state = await nextGeneration(evolution, state);
    onGeneration?.(state);
  }
  return state;
}

/** Those within the limits that none of these dominates, of equal vectors the first; by the first objective. */
export function frontOf({ objectives }: Pick<Evolution, 'objectives'>, members: readonly Member[]): Member[] {
  const within = members.filter(({ excess }) => excess === 0);
  const vectors = within.map((member) => vectorOf(member, objectives));
  const seen = new Set<string>();
  return paretoFront(vectors)
    .filter((index) => {
      const text = vectors[index]!.join();
      return seen.has(text) ? false : seen.add(text);
    })
    .toSorted((a, b) => vectors[a]![0]! - vectors[b]![0]!)
    .map((index) => within[index]!);
}
