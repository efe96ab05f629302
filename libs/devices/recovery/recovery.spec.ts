import { describe, expect, it } from 'vitest';
import { FarmError, VirtualClock, type RunProgram } from '#core';
import { climbLadder, type ClimbOptions, type RecoveryReport } from './climb-ladder.ts';
import { commandAction } from './command-action.ts';
import { describeRecovery } from './describe-recovery.ts';
import { firstRung, rungs, type Rung, type RungAction, type RungActions } from './rung.ts';

type Behaviour = 'works' | 'fails' | 'hangs' | 'ignores';

interface Board {
  readonly clock: VirtualClock;
  readonly did: string[];
  readonly climb: (options?: Partial<ClimbOptions>) => Promise<RecoveryReport>;
}

/** A board that is well once `cure` has been done; each action takes 100 ms, a look 10 ms. */
function sick(cure: Rung | undefined, behaviour: Partial<Record<Rung, Behaviour>> = {}): Board {
  const clock = new VirtualClock();
  const did: string[] = [];
  let isWell = false;
  const action = (rung: Rung): RungAction => ({
    deadlineMs: 1000,
    act: async (signal) => {
      did.push(rung);
      const how = behaviour[rung] ?? 'works';
      if (how === 'fails') {
        throw new FarmError('PROBE_LOST', 'the probe is gone');
      }
      await clock.sleep(how === 'works' ? 100 : 1e9, how === 'ignores' ? undefined : signal);
      isWell ||= rung === cure;
    },
  });
  const actions = Object.fromEntries(rungs.map((rung) => [rung, action(rung)])) as RungActions;
  const check = async (): Promise<void> => {
    await clock.sleep(10);
    if (!isWell) {
      throw new FarmError('FIRMWARE_SILENT', 'the firmware did not answer');
    }
  };
  return {
    clock,
    did,
    climb: async (options = {}) => {
      const climbing = climbLadder({ actions, check, checkDeadlineMs: 500, clock, ...options });
      const [report] = await Promise.all([climbing, clock.advance(60_000)]);
      return report;
    },
  };
}

describe('the ladder', () => {
  it.for(rungs.slice(0, -1))('ends at %s where that helps, and has tried all before', async (cure) => {
    const { climb, did } = sick(cure);
    const report = await climb();
    const tried = rungs.slice(0, rungs.indexOf(cure) + 1);
    expect(did).toEqual(tried);
    expect(report).toMatchObject({ recoveredBy: cure, isQuarantined: false, durationMs: tried.length * 110 });
    expect(report.steps.at(-1)).toEqual({ rung: cure, outcome: 'helped', actMs: 100, checkMs: 10 });
  });

  it('ends in quarantine where nothing helps, each rung timed and with its reason', async () => {
    const seen: string[] = [];
    const { climb } = sick(undefined, { reset: 'fails', 'power-cycle': 'hangs' });
    const report = await climb({ onStep: ({ rung }) => seen.push(rung) });
    expect(report).toMatchObject({ recoveredBy: null, isQuarantined: true });
    expect(seen).toEqual(rungs);
    expect(describeRecovery(report)).toBe(
      'reopen did not help (110 ms: the firmware did not answer), reset failed (0 ms: the probe is gone), ' +
        'probe-reset did not help (110 ms: the firmware did not answer), ' +
        'reset-under-power did not help (110 ms: the firmware did not answer), ' +
        'power-cycle was late (1000 ms: not done within 1000 ms), quarantine it is (100 ms)',
    );
  });

  it('begins where it is told to', async () => {
    const { climb, did } = sick('probe-reset');
    expect((await climb({ from: 'probe-reset' })).recoveredBy).toBe('probe-reset');
    expect(did).toEqual(['probe-reset']);
  });

  it('passes over what the bench cannot do', async () => {
    const { clock, did } = sick(undefined);
    const act = async (): Promise<void> => void did.push('quarantine');
    const check = (): Promise<void> => Promise.reject(new Error('no answer'));
    const report = await climbLadder({
      actions: { quarantine: { deadlineMs: 100, act } },
      check,
      checkDeadlineMs: 100,
      clock,
    });
    expect(did).toEqual(['quarantine']);
    expect(report.steps.map(({ outcome }) => outcome)).toEqual([
      'absent',
      'absent',
      'absent',
      'absent',
      'absent',
      'done',
    ]);
  });

  it('touches nothing more where an action does not end', async () => {
    const { climb, did } = sick('power-cycle', { reset: 'ignores' });
    const report = await climb({ graceMs: 300 });
    expect(did).toEqual(['reopen', 'reset', 'quarantine']);
    expect(report.steps[1]).toEqual({
      rung: 'reset',
      outcome: 'stuck',
      actMs: 1300,
      checkMs: 0,
      reason: 'not ended 300 ms after it was told to',
    });
  });

  it('does not take a look that never ends for a recovery', async () => {
    const { climb, clock } = sick('reopen');
    const check = (signal: AbortSignal): Promise<void> => clock.sleep(1e9, signal);
    expect((await climb({ check })).steps[0]).toEqual({
      rung: 'reopen',
      outcome: 'no-help',
      actMs: 100,
      checkMs: 500,
      reason: 'not done within 500 ms',
    });
  });

  it('is left at once when interrupted, with nobody put in quarantine', async () => {
    const controller = new AbortController();
    const { climb, clock, did } = sick(undefined);
    void clock.sleep(50).then(() => controller.abort());
    await expect(climb({ signal: controller.signal })).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(did).toEqual(['reopen']);
  });

  it('says so where not even quarantine succeeds', async () => {
    const { climb } = sick(undefined, { quarantine: 'fails' });
    await expect(climb()).rejects.toThrow('the board could not be put in quarantine: the probe is gone');
  });
});

it.for([
  ['SERIAL_CLOSED', 'reopen'],
  ['FIRMWARE_REBOOTED', 'reset'],
  ['PROBE_FROZEN', 'probe-reset'],
  ['BOARD_UID_MISMATCH', 'quarantine'],
  ['FLASH_WORN', 'quarantine'],
] as const)('after %s the ladder begins at %s', ([code, rung]) => {
  expect(firstRung(code)).toBe(rung);
});

it('a hub port is switched by any command, which the deadline of its rung ends', async () => {
  const asked: unknown[] = [];
  const run: RunProgram = (file, args, { signal }) => {
    asked.push([file, ...args]);
    return new Promise((_, reject) => {
      signal!.addEventListener('abort', () => reject(new FarmError('INTERRUPTED', 'ended')));
    });
  };
  const { climb } = sick(undefined);
  const cycle = commandAction(['uhubctl', '-l', '1-2', '-p', '3', '-a', 'cycle'], 4000, run);
  const quarantine: RungAction = { deadlineMs: 100, act: () => Promise.resolve() };
  const report = await climb({ actions: { 'power-cycle': cycle, quarantine }, from: 'power-cycle' });
  expect(asked).toEqual([['uhubctl', '-l', '1-2', '-p', '3', '-a', 'cycle']]);
  expect(report.steps[0]).toMatchObject({ outcome: 'late', actMs: 4000 });
});
