import type { EmulatorComparison } from '../../wiring/compare-emulators.ts';
import { count } from './numbers.ts';
import { table } from './table.ts';

/** Two counts of the same firmware side by side, and why they may differ. */
export function comparisonReport(comparison: EmulatorComparison): string {
  const { target, buildHash, tools, qemu, renode, layers, wraps, allowed, isExplained } = comparison;
  const row = (name: string, one: number, other: number): string[] => [
    name,
    count(one),
    count(other),
    count(other - one),
  ];
  return [
    `the sentinel on ${target}, build ${buildHash}, in ${tools.join(' and ')}`,
    '',
    table(
      ['instructions (emulated)', 'QEMU>', 'Renode>', 'difference>'],
      [row('inference', qemu, renode), ...layers.map((pair) => row(pair.layer, pair.qemu, pair.renode))],
    ),
    '',
    'Both count every instruction of the same firmware by its own counter. What may differ:',
    '- Renode counts a translated block as executed when it is entered, QEMU up to the instruction that reads the',
    '  counter; what both ends of a window have in common is taken out as overhead.',
    `- An instruction has more ticks in QEMU, so that SysTick wraps ${wraps.qemu} times there and ${wraps.renode} times in Renode;`,
    "  its interrupt's instructions are taken out by an average.",
    `That makes up to ${count(allowed)} instructions: the difference is ${isExplained ? 'explained' : 'NOT explained'}.`,
  ].join('\n');
}
