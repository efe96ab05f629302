import { generateCode, planCode, type GeneratedCode, type PlanCandidate } from '#codegen';
import { FarmError, isFarmError } from '#core';
import { readCandidate, type Candidate, type Graph } from '#network';

/** Reads a candidate from a file; what is wrong with its content is said with the file's path. */
export function loadCandidate(path: string): Promise<Candidate> {
  return naming(path, () => readCandidate(path));
}

export type PlanKind = 'auto' | PlanCandidate['kind'];
export const planKinds: readonly PlanKind[] = ['auto', 'whole', 'fused', 'streamed', 'patches'];

/** How the arena is to be planned; without a limit and a kind, for the whole image. */
export interface PlanWish {
  readonly sramLimitBytes?: number | undefined;
  readonly kind?: PlanKind | undefined;
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

/** The C of a candidate, by the plan that is wished for. Error IMAGE_TOO_LARGE where there is none. */
export function generateFor({ graph, network }: Candidate, wish: PlanWish): GeneratedCode {
  const plan = chooseFor(graph, wish);
  return generateCode(network, plan === undefined ? {} : { plan });
}

/** The cheapest plan that is as wished; undefined for the whole image. Error IMAGE_TOO_LARGE where none is. */
function chooseFor(graph: Graph, { sramLimitBytes, kind = 'auto' }: PlanWish): PlanCandidate | undefined {
  if (kind === 'whole' || (kind === 'auto' && sramLimitBytes === undefined)) return undefined;
  const choice = planCode(graph, sramLimitBytes === undefined ? {} : { sramLimitBytes });
  if (kind === 'auto') {
    if (!choice.fits) throw new FarmError('IMAGE_TOO_LARGE', choice.reason);
    return choice.chosen.kind === 'whole' ? undefined : choice.chosen;
  }
  const found = choice.candidates.find(
    (candidate) => candidate.kind === kind && candidate.arenaBytes <= (sramLimitBytes ?? Infinity),
  );
  if (found === undefined) {
    const least = Math.min(...choice.candidates.map(({ arenaBytes }) => arenaBytes));
    const limit = sramLimitBytes === undefined ? '' : ` within ${sramLimitBytes} bytes`;
    throw new FarmError(
      'IMAGE_TOO_LARGE',
      `no plan of kind ${kind}${limit}; the smallest of all plans takes ${least} bytes`,
    );
  }
  return found;
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
