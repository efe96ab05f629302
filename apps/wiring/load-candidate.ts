import { generateCode, lower, planMemory, type GeneratedCode, type PlanCandidate } from '#codegen';
import { FarmError, isFarmError } from '#core';
import { readCandidate, type Candidate } from '#network';

import { choosePlanFor, type PlanWish } from './choose-plan.ts';

/** Reads a candidate from a file; what is wrong with its content is said with the file's path. */
export function loadCandidate(path: string): Promise<Candidate> {
  return naming(path, () => readCandidate(path));
}

/** A candidate and its C. */
export function loadAndGenerate(
  path: string,
  wish: PlanWish = {},
): Promise<{ candidate: Candidate; code: GeneratedCode }> {
  return naming(path, async () => {
    const candidate = await readCandidate(path);
    return { candidate, code: generateFor(candidate, wish) };
  });
}

/** A candidate, the plan that is wished for (undefined for the whole image), and its arena. */
export function loadAndPlan(
  path: string,
  wish: PlanWish = {},
): Promise<{ candidate: Candidate; plan: PlanCandidate | undefined; arenaBytes: number }> {
  return naming(path, async () => {
    const candidate = await readCandidate(path);
    const { graph } = candidate;
    const { plan } = choosePlanFor(graph, wish);
    const arenaBytes = plan?.arenaBytes ?? planMemory(graph, lower(graph)).arenaBytes;
    return { candidate, plan, arenaBytes };
  });
}

/** The C of a candidate, by the plan that is wished for. Error IMAGE_TOO_LARGE where there is none. */
export function generateFor({ graph, network }: Candidate, wish: PlanWish): GeneratedCode {
  const { plan } = choosePlanFor(graph, wish);
  return generateCode(network, plan === undefined ? {} : { plan });
}

async function naming<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isFarmError(error, 'CANDIDATE_INVALID') || isFarmError(error, 'CANDIDATE_UNSUPPORTED')) {
      throw new FarmError(error.code, `${path}: ${error.message}`, { context: error.context, cause: error });
    }
    throw error;
  }
}
