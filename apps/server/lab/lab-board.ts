import { hostname } from 'node:os';

import { silentLogger, systemClock, type FarmError } from '#core';
import { createQemuDevice, type Device, type RecoveryReport } from '#devices';
import type { ListedBoard } from '#farm';
import { findTarget, targets, type BoardEntry, type Target } from '#targets';

import type { Config } from '../../config.ts';
import { boardDevice, boardRecordsOf, holdBoard } from '../../wiring/boards.ts';
import { recoverBoard, type RecoverBoardOptions } from '../../wiring/recover-board.ts';
import { Quarantines } from './quarantines.ts';

/** A board that this host can measure on. */
export interface LabBoard {
  readonly facts: ListedBoard;
  readonly target: Target;
  readonly device: Device;
  /** The console of a board can be opened at any time; that of an emulator only while it runs something. */
  readonly console: { readonly path: string; readonly baudRate: number } | undefined;
  /** The longest that bringing an image onto it may take without a word. */
  readonly quietMs: number;
  /** Holds it against other processes of this host; undefined where one of them has it. */
  hold(): Promise<(() => Promise<void>) | undefined>;
  /** Of a board that something can be done to. */
  readonly care?: BoardCare;
}

export interface BoardCare {
  /** Climbs the recovery ladder on a board that is held. */
  recover(failure: FarmError, options: ClimbWishes): Promise<RecoveryReport>;
  /** Why it is in quarantine; null where it is not. */
  quarantine(): string | null;
}

type ClimbWishes = Pick<RecoverBoardOptions, 'signal'> & {
  readonly [K in 'check' | 'onTry' | 'onStep']: NonNullable<RecoverBoardOptions[K]>;
};

/** OpenOCD is ended after 7 s of its own silence, and after 120 s in any case. */
const flashMs = 125_000;
const bootMs = 10_000;

/** The boards of a board list, and their quarantine. Their bench is this host. */
export function listedBoards(
  entries: readonly BoardEntry[],
  config: Config,
): { boards: LabBoard[]; quarantines: Quarantines } {
  const hold = (entry: BoardEntry) => (): Promise<(() => Promise<void>) | undefined> =>
    holdBoard(entry, config);
  const recorded = entries.map((entry) => ({ id: entry.name, hold: hold(entry) }));
  const quarantines = new Quarantines(boardRecordsOf(config), recorded);
  const boards = entries.map((entry): LabBoard => ({
    facts: {
      id: entry.name,
      target: entry.target,
      fidelity: entry.simulated ? 'emulated' : 'hardware',
      bench: hostname(),
      tags: entry.tags,
      quarantine: quarantines.reasonFor(entry.name),
    },
    target: findTarget(entry.target),
    device: boardDevice(entry, config),
    console: { path: entry.tty, baudRate: entry.baudRate },
    quietMs: flashMs,
    hold: hold(entry),
    care: {
      recover: (failure, options) => recoverBoard(entry, failure, { ...options, boards: entries, config }),
      quarantine: () => quarantines.reasonFor(entry.name),
    },
  }));
  return { boards, quarantines };
}

/** One target for each machine that QEMU has. */
export function emulatedTargets(): string[] {
  const byMachine = new Map<string, string>();
  for (const { name, qemu } of targets) {
    if (qemu !== undefined && !byMachine.has(qemu.machine)) byMachine.set(qemu.machine, name);
  }
  return [...byMachine.values()];
}

/** QEMU machines as boards: `count` of each target, each of which can be held by one attempt. */
export function emulatedBoards(counts: ReadonlyMap<string, number>): LabBoard[] {
  return [...counts].flatMap(([name, count]) => {
    const target = findTarget(name);
    return Array.from({ length: count }, (_, index): LabBoard => {
      const id = `qemu-${name}-${index + 1}`;
      return {
        facts: { id, target: name, fidelity: 'emulated', bench: 'emulated', tags: ['qemu'] },
        target,
        device: createQemuDevice({ target, clock: systemClock, logger: silentLogger }),
        console: undefined,
        quietMs: bootMs,
        // A machine is made anew for each attempt: no other process can be on it.
        hold: () => Promise.resolve(() => Promise.resolve()),
      };
    });
  });
}
