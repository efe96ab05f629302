import { formatGenotype } from '#network';
import type { OracleQuestion } from './oracle.ts';

/** Networks in one message: an answer then comes while the next is not yet asked for. */
export const batchSize = 256;

/** What programs and servers are asked. */
export function requestOf(id: number, questions: readonly OracleQuestion[]): Record<string, unknown> {
  return {
    id,
    candidates: questions.map(({ genotype, key, macs }) => ({
      key,
      macs,
      genotype: formatGenotype(genotype),
    })),
  };
}

/** Asks batch by batch, one after the other. */
export async function inBatches(
  questions: readonly OracleQuestion[],
  ask: (batch: readonly OracleQuestion[]) => Promise<number[]>,
): Promise<number[]> {
  const scores: number[] = [];
  for (let at = 0; at < questions.length; at += batchSize) {
    scores.push(...(await ask(questions.slice(at, at + batchSize))));
  }
  return scores;
}
