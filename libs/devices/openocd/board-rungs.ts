import { access } from 'node:fs/promises';
import type { BoardEntry } from '#targets';
import { commandAction } from '../recovery/command-action.ts';
import type { RungAction, RungActions } from '../recovery/rung.ts';
import { openConsole } from '../serial/index.ts';
import { runOpenocd, type OpenocdTools } from './run-openocd.ts';
import { mark } from './scripts.ts';

const reopenDeadlineMs = 4000;
const resetDeadlineMs = 9000;
/** A hub's port stays without power for seconds, and the board has to come back. */
const commandDeadlineMs = 30_000;
const lookMs = 100;

/** Tcl that resets the core and lets it run, whatever it did. */
const resetScript = ['init', 'reset run', `echo {${mark} done}`, 'shutdown'].join('\n');

/**
 * What can be done to a board behind OpenOCD, mildest first. Resets of the probe and of its power are whatever commands
 * the board list gives; without one that rung is not there.
 */
export function boardRungs(
  tools: OpenocdTools,
  board: BoardEntry,
  quarantine: RungAction['act'],
): RungActions {
  const { probeReset, powerCycle } = board.recovery;
  return {
    reopen: { deadlineMs: reopenDeadlineMs, act: () => reopen(tools, board) },
    reset: { deadlineMs: resetDeadlineMs, act: (signal) => reset(tools, board, signal) },
    ...(probeReset === undefined ? {} : { 'probe-reset': untilBack(tools, board, probeReset) }),
    'reset-under-power': {
      deadlineMs: resetDeadlineMs,
      act: (signal) => reset(tools, { ...board, connectUnderReset: true }, signal),
    },
    ...(powerCycle === undefined ? {} : { 'power-cycle': untilBack(tools, board, powerCycle) }),
    quarantine: { deadlineMs: reopenDeadlineMs, act: quarantine },
  };
}

async function reopen({ clock }: OpenocdTools, { tty, baudRate }: BoardEntry): Promise<void> {
  const console = await openConsole({ path: tty, baudRate, clock });
  await console.close();
}

async function reset(tools: OpenocdTools, board: BoardEntry, signal: AbortSignal): Promise<void> {
  await runOpenocd({ ...tools, deadlineMs: resetDeadlineMs }, board, resetScript, { signal });
}

/** The command, and the time until the serial port is there again. */
function untilBack(
  { clock }: OpenocdTools,
  { tty }: BoardEntry,
  command: readonly [string, ...string[]],
): RungAction {
  const { deadlineMs, act } = commandAction(command, commandDeadlineMs);
  return {
    deadlineMs,
    act: async (signal) => {
      await act(signal);
      while (!(await isThere(tty))) {
        await clock.sleep(lookMs, signal);
      }
    },
  };
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
