import type { LayerMeasurement, Measurement, SramBytes } from '#measurement';

import { bytes, count, millions } from './numbers.ts';
import { table } from './table.ts';

/** A measurement for people to read. An emulated count is called instructions, and says that it is emulated. */
export function measurementReport(measurement: Measurement): string {
  return [
    headline(measurement),
    '',
    costs(measurement),
    '',
    memory(measurement),
    ...(measurement.layers.length === 0 ? [] : ['', layerTable(measurement.layers)]),
    ...classSection(measurement),
    '',
    provenance(measurement),
  ].join('\n');
}

function headline(measurement: Measurement): string {
  const verdict =
    measurement.status === 'accepted' ? 'accepted' : `REJECTED: ${measurement.reason ?? 'no reason given'}`;
  const where = measurement.board === undefined ? measurement.on : `${measurement.on} ${measurement.board}`;
  return `${measurement.candidate} on ${measurement.target} (${where}, ${measurement.fidelity}): ${verdict}`;
}

function costs(measurement: Measurement): string {
  const { instructions, cycles, macs, spread, output } = measurement;
  const lines: string[] = [];
  if (instructions !== null) {
    lines.push(`instructions  ${count(instructions)} (emulated, not a latency)${share(instructions, macs)}`);
  }
  if (cycles !== null) lines.push(`cycles        ${count(cycles)}${share(cycles, macs)}`);
  const { latencyUs } = (measurement.provenance['mlperf'] ?? {}) as { latencyUs?: number };
  if (latencyUs !== undefined) {
    lines.push(`latency       ${latencyUs.toFixed(1)} us, by the firmware's own time stamps`);
  }
  if (spread !== null) {
    lines.push(
      `repeats       ${spread.repeats} after ${spread.warmup} warm-up; min ${count(spread.min)}, max ${count(spread.max)}, MAD ${count(spread.mad)}`,
    );
  }
  if (output !== null) {
    lines.push(`output        ${bytes(output.bytes)}, FNV-1a ${output.fnv1a}, ${checkOf(output)}`);
  }
  return lines.join('\n');
}

/** Of a finished firmware nobody knows the MACs. */
function share(cost: number, macs: number): string {
  return macs === 0 ? '' : `, ${perMac(cost, macs)} per MAC of ${millions(macs)}`;
}

function checkOf({ bytes: size, checked, matches, ...check }: NonNullable<Measurement['output']>): string {
  if (!checked) return 'not checked';
  const against = check.against === undefined ? '' : ` (${check.against})`;
  if (matches !== false) return `equal to the reference${against}`;
  const { differingBytes, largestStep } = check;
  const difference =
    differingBytes === undefined
      ? ''
      : `: ${count(differingBytes)} of ${count(size)} bytes differ, by at most ${largestStep} of 255 steps`;
  return `NOT equal to the reference${difference}${against}`;
}

function perMac(cost: number, macs: number): string {
  return macs === 0 ? 'n/a' : (cost / macs).toFixed(2);
}

function memory({ sram, flash }: Measurement): string {
  const row = (name: string, part: SramBytes | null): string[] =>
    part === null
      ? [name, '-', '-', '-', '-', '-']
      : [
          name,
          count(part.arenaBytes),
          count(part.stackBytes),
          count(part.staticBytes),
          `${count(part.inputBytes)}${part.inputInArena ? ' (in arena)' : ''}`,
          count(part.peakBytes),
        ];
  const headings = ['SRAM, bytes', 'arena>', 'stack>', 'static>', 'input>', 'peak>'];
  return [
    table(headings, [row('planned', sram.planned), row('measured', sram.measured)]),
    `flash         ${bytes(flash.totalBytes)}: code ${bytes(flash.codeBytes)}, weights ${bytes(flash.weightBytes)}`,
  ].join('\n');
}

function layerTable(layers: readonly LayerMeasurement[]): string {
  const unit = layers.some((layer) => layer.cycles !== undefined) ? 'cycles' : 'instructions';
  const costOf = ({ cycles, instructions }: LayerMeasurement): number | undefined => cycles ?? instructions;
  const total = layers.reduce((sum, layer) => sum + (costOf(layer) ?? 0), 0);
  const rows = layers.map((layer) => {
    const cost = costOf(layer);
    const columns =
      cost === undefined
        ? ['-', '-', '-']
        : [
            count(cost),
            perMac(cost, layer.macs),
            total === 0 ? '-' : `${((100 * cost) / total).toFixed(1)} %`,
          ];
    return [layer.name, layer.kind, count(layer.macs), ...columns];
  });
  return table(['layer', 'kind', 'MACs>', `${unit}>`, 'per MAC>', 'share>'], rows);
}

/** What the instructions do, and the cycles that this would make: an estimate, and said to be one. */
function classSection({ layers, estimate }: Measurement): string[] {
  const rows = layers.flatMap(({ name, classes }) =>
    classes === undefined
      ? []
      : [
          [
            name,
            ...[classes.loads, classes.stores, classes.multiplies, classes.branchesTaken].map(count),
            count(
              classes.instructions -
                classes.loads -
                classes.stores -
                classes.multiplies -
                classes.branchesTaken,
            ),
          ],
        ],
  );
  if (rows.length === 0) return [];
  const headings = [
    'layer, instructions by class',
    'loads>',
    'stores>',
    'multiplies>',
    'branches taken>',
    'rest>',
  ];
  return [
    '',
    table(headings, rows),
    ...(estimate === undefined
      ? []
      : [
          '',
          `cycles        ESTIMATED, not measured: ${count(estimate.estimatedCycles)} (${count(estimate.low)} to ${count(estimate.high)}) on a ${estimate.core}`,
          ...estimate.assumptions.map((text) => `              ${text}`),
        ]),
  ];
}

function provenance({ id, provenance: from }: Measurement): string {
  const rows = [
    ['measurement', id],
    ['build hash', from.buildHash],
    ['candidate', from.candidateHash],
    ['input', from.inputHash],
    ['core', from.core],
    ['compiler', from.compiler],
    ['flags', from.flags.join(' ')],
    ...Object.entries(from.tools),
    ['started', from.startedAt],
  ];
  return rows.map(([name, value]) => `${String(name).padEnd(13)} ${value}`).join('\n');
}
