import { scoreLabel, scoreText, type Campaign, type ReportData } from '#search';

import { bytes, count, millions } from '../../output/numbers.ts';
import { table } from '../../output/table.ts';

/** One line: what, how far, what came of it. */
export function headline({
  name,
  target,
  fidelity,
  state,
  networks,
  falseFeasible,
  volumes,
}: ReportData): string {
  const front = networks.filter(({ onFront }) => onFront).length;
  return (
    `${name} on ${target} (${fidelity}), ${state}: ${front} networks on the measured front, ${networks.length} measured, ` +
    `${falseFeasible.length} falsely taken to be feasible, hypervolume ${(volumes.at(-1) ?? 0).toFixed(4)}`
  );
}

/** The measured front, best score first. */
export function frontTable({ networks, unit }: ReportData): string {
  const front = networks.filter(({ onFront }) => onFront).toSorted((a, b) => b.score.value - a.score.value);
  const rows = front.map(({ name, macs, score, measured, predicted, plan }) => [
    name,
    scoreText(score),
    millions(macs),
    count(measured.cost),
    `${(100 * (predicted.cost / measured.cost - 1)).toFixed(2)} %`,
    bytes(measured.sramBytes),
    bytes(measured.flashBytes),
    plan,
  ]);
  const first = front[0]?.score;
  const score = first === undefined ? 'score' : scoreLabel(first);
  return table(
    ['network', `${score}>`, 'MACs>', `${unit}, measured>`, 'predicted is>', 'SRAM>', 'flash>', 'plan'],
    rows,
  );
}

/** For `--json`: all but the steps. */
export function summaryOf({ id, stopAsked }: Campaign, data: ReportData): Record<string, unknown> {
  const { networks, volumes, ...rest } = data;
  return {
    id,
    ...rest,
    stopAsked,
    measured: networks.length,
    hypervolume: volumes.at(-1) ?? 0,
    front: networks.filter(({ onFront }) => onFront),
  };
}
