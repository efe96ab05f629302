import { hostname } from 'node:os';

import { silentLogger, systemClock } from '#core';
import { createQemuDevice, type Device } from '#devices';
import type { BoardFacts } from '#farm';
import { findTarget, targets, type BoardEntry, type Target } from '#targets';

import type { Config } from '../../config.ts';
import { boardDevice, holdBoard } from '../../wiring/boards.ts';

/** A board that this host can measure on. */
export interface LabBoard {
  readonly facts: BoardFacts;
  readonly target: Target;
  readonly device: Device;
  /** The console of a board can be opened at any time; that of an emulator only while it runs something. */
  readonly console: { readonly path: string; readonly baudRate: number } | undefined;
  /** The longest that bringing an image onto it may take without a word. */
  readonly quietMs: number;
  /** Holds it against other processes of this host; undefined where one of them has it. */
  hold(): Promise<(() => Promise<void>) | undefined>;
}

/** OpenOCD is ended after 7 s of its own silence, and after 120 s in any case. */
const flashMs = 125_000;
const bootMs = 10_000;

/** The boards of a board list. Their bench is this host. */
export function listedBoards(entries: readonly BoardEntry[], config: Config): LabBoard[] {
  return entries.map((entry) => ({
    facts: {
      id: entry.name,
      target: entry.target,
      fidelity: entry.simulated ? 'emulated' : 'hardware',
      bench: hostname(),
      tags: entry.tags,
    },
    target: findTarget(entry.target),
    device: boardDevice(entry, config),
    console: { path: entry.tty, baudRate: entry.baudRate },
    quietMs: flashMs,
    hold: () => holdBoard(entry, config),
  }));
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
