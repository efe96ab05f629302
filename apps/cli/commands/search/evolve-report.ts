import { join } from 'node:path';

import { formatGenotype } from '#network';
import type { Evolution, EvolutionState, Limits, Member } from '#search';

import { writeFileSafely } from '../../../wiring/write-file-safely.ts';
import { bytes, count, millions } from '../../output/numbers.ts';
import { table } from '../../output/table.ts';

interface About {
  readonly target: string;
  readonly limits: Limits;
  readonly seed: number;
}

/** Networks shown of a population with one objective: the best, and what comes near. */
const shownOfOne = 5;

export function evolutionReport(
  { oracle, estimator, space, objectives, limits }: Evolution,
  { target }: About,
  { members, evaluated, generation }: EvolutionState,
  front: readonly Member[],
): string {
  const shown =
    objectives.length === 1 ? members.filter(({ excess }) => excess === 0).slice(0, shownOfOne) : front;
  const rows = shown.map(({ genotype, estimate, score }) => [
    genotype.name,
    millions(estimate.macs),
    count(Math.round(estimate.cost.mean)),
    `± ${((50 * (estimate.cost.high - estimate.cost.low)) / estimate.cost.mean).toFixed(1)} %`,
    count(estimate.sramBytes),
    count(estimate.flashBytes),
    score.kind === 'accuracy' ? String(score.value) : millionsOrPlain(score.value),
    estimate.plan.label,
  ]);
  const score = oracle.kind === 'accuracy' ? 'accuracy>' : 'proxy>';
  return [
    `${space.name} on ${target}: ${evaluated} networks in ${generation} generations, none of them measured`,
    `limits     SRAM ${bytes(limits.sramBytes!)}, flash ${bytes(limits.flashBytes!)}` +
      (limits.cost === undefined ? '' : `, ${count(limits.cost)} ${estimator.unit}`),
    `costs      ${estimator.costSource}; 90 % intervals`,
    oracle.kind === 'accuracy'
      ? `accuracy   ${oracle.name}`
      : `score      ${oracle.name}, a proxy: no accuracy`,
    '',
    rows.length === 0
      ? 'no network is within the limits'
      : table(
          ['network', 'MACs>', `${estimator.unit}>`, '', 'SRAM, bytes>', 'flash, bytes>', score, 'plan'],
          rows,
        ),
  ].join('\n');
}

export function evolutionDocument(
  { oracle, estimator, space, objectives }: Evolution,
  about: About,
  { members, evaluated, generation }: EvolutionState,
  front: readonly Member[],
): Record<string, unknown> {
  return {
    ...about,
    space,
    objectives,
    unit: estimator.unit,
    costSource: estimator.costSource,
    oracle: { name: oracle.name, kind: oracle.kind },
    generations: generation,
    evaluated,
    measured: 0,
    front: front.map(documentOf),
    population: members.map(documentOf),
  };
}

/** One genotype a file, which `measure` takes. */
export async function writeGenotypes(folder: string, members: readonly Member[]): Promise<void> {
  for (const { genotype } of members) {
    const text = `${JSON.stringify(formatGenotype(genotype), null, 2)}\n`;
    await writeFileSafely(join(folder, `${genotype.name}.json`), text);
  }
}

function documentOf({ genotype, key, estimate, score, excess }: Member): Record<string, unknown> {
  return { name: genotype.name, key, genotype: formatGenotype(genotype), estimate, score, excess };
}

function millionsOrPlain(value: number): string {
  return Math.abs(value) >= 1e6 ? millions(value) : String(value);
}
