import { FarmError, messageOf, type Clock } from '#core';
import { rungs, type Rung, type RungAction, type RungActions } from './rung.ts';

/**
 * `helped`: the board is well again. `no-help`: done, and the board is as it was. `failed`: the action itself failed.
 * `late`: it missed its deadline. `stuck`: it did not even end when it was told to. `absent`: there is no such action.
 * `done`: of quarantine.
 */
export type RungOutcome = 'helped' | 'no-help' | 'failed' | 'late' | 'stuck' | 'absent' | 'done';

export interface RungReport {
  readonly rung: Rung;
  readonly outcome: RungOutcome;
  /** Of the action, and of the look at the board that followed. */
  readonly actMs: number;
  readonly checkMs: number;
  /** Why it did not help. */
  readonly reason?: string;
}

export interface RecoveryReport {
  /** The rung after which the board was well; null where none was. */
  readonly recoveredBy: Rung | null;
  readonly isQuarantined: boolean;
  readonly steps: readonly RungReport[];
  readonly durationMs: number;
}

export interface ClimbOptions {
  readonly actions: RungActions;
  /** Rejects where the board is not well. */
  readonly check: RungAction['act'];
  readonly checkDeadlineMs: number;
  readonly clock: Clock;
  /** The first rung that is tried; default the mildest. */
  readonly from?: Rung;
  /** From the deadline's signal until an action counts as stuck. Default 2000. */
  readonly graceMs?: number;
  /** Before a rung's action, with the longest that it and the look after it may take; what it throws ends the climb. */
  readonly onTry?: (rung: Rung, longestMs: number) => void;
  readonly onStep?: (step: RungReport) => void;
  readonly signal?: AbortSignal;
}

const defaultGraceMs = 2000;

/**
 * Tries one rung after the other until the board is well, or else puts it in quarantine. An action that does not end
 * leads there at once: two hands on one probe do harm. Errors: INTERRUPTED; that of a quarantine that fails.
 */
export async function climbLadder(options: ClimbOptions): Promise<RecoveryReport> {
  const { actions, clock, from = 'reopen', onStep } = options;
  const startedMs = clock.monotonicMs();
  const steps: RungReport[] = [];
  const report = (recoveredBy: Rung | null): RecoveryReport => ({
    recoveredBy,
    isQuarantined: recoveredBy === null,
    steps,
    durationMs: clock.monotonicMs() - startedMs,
  });
  for (const rung of rungs.slice(rungs.indexOf(from), rungs.indexOf('quarantine'))) {
    throwIfInterrupted(options.signal);
    const step = await tryRung(rung, actions[rung], options);
    steps.push(step);
    onStep?.(step);
    throwIfInterrupted(options.signal);
    if (step.outcome === 'helped') {
      return report(rung);
    }
    if (step.outcome === 'stuck') {
      break;
    }
  }
  // Whoever interrupts now still wants to find the board marked.
  const { signal: _, ...uninterrupted } = options;
  const { actMs, reason } = await timed(actions.quarantine, uninterrupted);
  if (reason !== undefined) {
    throw new FarmError('INTERNAL', `the board could not be put in quarantine: ${reason}`, {
      context: { steps },
    });
  }
  const step: RungReport = { rung: 'quarantine', outcome: 'done', actMs, checkMs: 0 };
  steps.push(step);
  onStep?.(step);
  return report(null);
}

async function tryRung(
  rung: Rung,
  action: RungAction | undefined,
  options: ClimbOptions,
): Promise<RungReport> {
  if (action === undefined) {
    return { rung, outcome: 'absent', actMs: 0, checkMs: 0 };
  }
  const { checkDeadlineMs, graceMs = defaultGraceMs } = options;
  options.onTry?.(rung, action.deadlineMs + checkDeadlineMs + 2 * graceMs);
  const acted = await timed(action, options);
  if (acted.outcome !== undefined) {
    return { rung, outcome: acted.outcome, actMs: acted.actMs, checkMs: 0, reason: acted.reason };
  }
  const checked = await timed({ act: options.check, deadlineMs: options.checkDeadlineMs }, options);
  const times = { rung, actMs: acted.actMs, checkMs: checked.actMs };
  if (checked.outcome === undefined) {
    return { ...times, outcome: 'helped' };
  }
  return { ...times, outcome: checked.outcome === 'stuck' ? 'stuck' : 'no-help', reason: checked.reason };
}

type Timed =
  | { readonly actMs: number; readonly outcome?: undefined; readonly reason?: undefined }
  | { readonly actMs: number; readonly outcome: 'failed' | 'late' | 'stuck'; readonly reason: string };

type Timing = Pick<ClimbOptions, 'clock' | 'graceMs' | 'signal'>;

/** Lets an action take its time, but no more than that; and then the time to end. */
async function timed({ act, deadlineMs }: RungAction, options: Timing): Promise<Timed> {
  const { clock, graceMs = defaultGraceMs, signal } = options;
  const startedMs = clock.monotonicMs();
  const actMs = (): number => clock.monotonicMs() - startedMs;
  const ended = new AbortController();
  const actSignal = signal === undefined ? ended.signal : AbortSignal.any([ended.signal, signal]);
  const alarms = new AbortController();
  const after = (ms: number): Promise<'alarm'> =>
    clock.sleep(ms, alarms.signal).then(
      () => 'alarm',
      () => 'alarm',
    );
  const work = act(actSignal).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  try {
    const first = await Promise.race([work, after(deadlineMs), interruption(signal, alarms.signal)]);
    if (first !== 'alarm') {
      return first === undefined
        ? { actMs: actMs() }
        : { actMs: actMs(), outcome: 'failed', reason: messageOf(first.error) };
    }
    ended.abort(new Error(`not done within ${deadlineMs} ms`));
    const last = await Promise.race([work, after(graceMs)]);
    return last === 'alarm'
      ? { actMs: actMs(), outcome: 'stuck', reason: `not ended ${graceMs} ms after it was told to` }
      : { actMs: actMs(), outcome: 'late', reason: `not done within ${deadlineMs} ms` };
  } finally {
    alarms.abort();
  }
}

/** An interruption is an early alarm. */
function interruption(signal: AbortSignal | undefined, done: AbortSignal): Promise<'alarm'> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve('alarm');
    }
    signal?.addEventListener('abort', () => resolve('alarm'), { once: true, signal: done });
  });
}

function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) {
    throw new FarmError('INTERRUPTED', 'the recovery was interrupted', { cause: signal.reason });
  }
}
