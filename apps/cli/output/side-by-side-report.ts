import type { ComparedCosts, Comparison, LayerPair } from '#measurement';

import { count } from './numbers.ts';
import { table } from './table.ts';

/** Measurements side by side, for people; each cost with its ratio to the first's. */
export function sideBySideReport(comparison: Comparison): string {
  const { target, fidelity, unit, measurements } = comparison;
  const names = measurements.map(({ candidate, engine }) => `${candidate} (${engine})`);
  const note = fidelity === 'emulated' ? ', not a latency' : '';
  const row = (name: string, key: keyof ComparedCosts): string[] => [
    name,
    ...measurements.map(({ costs, ratios }, i) => {
      const cost = costs[key];
      const text = cost === null ? '-' : key === 'countPerMac' ? cost.toFixed(2) : count(cost);
      return i === 0 || ratios[key] === null ? text : `${text}  ×${ratios[key].toFixed(2)}`;
    }),
  ];
  const costs = [
    row(unit, 'count'),
    row(`${unit} per MAC`, 'countPerMac'),
    row('MACs', 'macs'),
    row('arena, bytes', 'arenaBytes'),
    row('peak SRAM, bytes', 'peakSramBytes'),
    row('flash, bytes', 'flashBytes'),
    row('weights, bytes', 'weightBytes'),
    ['output', ...measurements.map(({ output }) => checkOf(output))],
    ['measurement', ...measurements.map(({ id }) => id.slice(0, 8))],
  ];
  return [
    `${names.length} measurements on ${target} (${fidelity}${note})`,
    '',
    table(['', ...names.map((name) => `${name}>`)], costs),
    ...measurements
      .slice(1)
      .flatMap(({ layers }, i) => ['', layerTable(names[0]!, names[i + 1]!, unit, layers)]),
  ].join('\n');
}

function checkOf(output: Comparison['measurements'][number]['output']): string {
  if (output?.checked !== true) return 'not checked';
  if (output.matches === true) return 'equal';
  return `within ${output.largestStep} of 255 steps`;
}

function layerTable(first: string, other: string, unit: string, pairs: readonly LayerPair[]): string {
  const costOf = (layer: LayerPair[number]): number | undefined => layer?.cycles ?? layer?.instructions;
  const rows = pairs.map(([a, b]) => {
    const [ours, theirs] = [costOf(a), costOf(b)];
    const ratio =
      ours === undefined || theirs === undefined || ours === 0 ? '' : `×${(theirs / ours).toFixed(2)}`;
    const text = (value: number | undefined): string => (value === undefined ? '-' : count(value));
    return [a?.name ?? '-', text(ours), b?.name ?? '-', text(theirs), ratio];
  });
  return table([first, `${unit}>`, other, `${unit}>`, 'ratio>'], rows);
}
