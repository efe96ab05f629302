import type { RecoveryReport, RungReport } from './climb-ladder.ts';

/** One line: `reopen did not help (… ms: why), reset helped (… ms)`. */
export function describeRecovery({ steps }: RecoveryReport): string {
  return steps
    .filter(({ outcome }) => outcome !== 'absent')
    .map(describeStep)
    .join(', ');
}

const verbs = {
  helped: 'helped',
  'no-help': 'did not help',
  failed: 'failed',
  late: 'was late',
  stuck: 'never ended',
  absent: 'is not there',
  done: 'it is',
} as const;

/** Such as `reset helped (812 ms)`. */
export function describeStep({ rung, outcome, actMs, checkMs, reason }: RungReport): string {
  const why = reason === undefined ? '' : `: ${reason}`;
  return `${rung} ${verbs[outcome]} (${Math.round(actMs + checkMs)} ms${why})`;
}
