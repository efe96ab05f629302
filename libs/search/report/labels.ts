import type { Score } from '../oracle/index.ts';
import type { Objective } from '../pareto/index.ts';
import { short } from './numbers.ts';
import type { ReportData } from './report-data.ts';

/** What a score is and who said it: a proxy is no accuracy. */
export function scoreLabel({ kind, oracle }: Score): string {
  return kind === 'accuracy' ? `accuracy by ${oracle}` : `${oracle} (proxy, not an accuracy)`;
}

export function scoreText({ kind, value }: Score): string {
  return kind === 'accuracy' ? value.toFixed(4) : short(value);
}

/** What is counted, and that an emulator counted it. */
export function costLabel({ unit, fidelity }: Pick<ReportData, 'unit' | 'fidelity'>): string {
  return fidelity === 'emulated' ? `${unit} (emulated, not a latency)` : unit;
}

/** What a search strives for, for people. */
export function objectiveLabel(
  objective: Objective,
  { unit, networks }: Pick<ReportData, 'unit' | 'networks'>,
): string {
  const score = networks[0]?.score;
  const labels: Readonly<Record<Objective, string>> = {
    cost: `few ${unit}`,
    sram: 'little SRAM',
    flash: 'little flash',
    score: score === undefined ? 'a high score' : `high ${scoreLabel(score)}`,
  };
  return labels[objective];
}
