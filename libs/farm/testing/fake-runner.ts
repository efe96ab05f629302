import { randomUUID } from 'node:crypto';

import type { Measurement } from '#measurement';

import type {
  BoardOutcome,
  BoardRecovery,
  BoardRunner,
  BoardTask,
  LeaseHandle,
} from '../ports/board-runner.ts';
import type { Compiler } from '../ports/compiler.ts';

/** What a fake board does with a task: an outcome, an error, or as long as it likes. */
export type FakeBoard = (task: BoardTask, lease: LeaseHandle) => BoardOutcome | Promise<BoardOutcome>;

/** A device stage that measures nothing and takes no time, for the scheduler's own tests and benchmarks. */
export function createFakeRunner(
  board: FakeBoard = (task) => fakeOutcome(task),
  recovery?: BoardRecovery,
): BoardRunner {
  return {
    ...(recovery === undefined ? {} : { recovery }),
    run: async (task, lease) => {
      lease.assertHeld();
      return board(task, lease);
    },
  };
}

export function createFakeCompiler(): Compiler {
  return {
    compile: async ({ candidate }) => ({ buildHash: `build-${candidate.hash.slice(0, 32)}`, image: null }),
  };
}

export function fakeOutcome(task: BoardTask, changes: Partial<Measurement> = {}): BoardOutcome {
  const { candidate, board, build } = task;
  const sram = {
    arenaBytes: 0,
    stackBytes: 0,
    staticBytes: 0,
    inputBytes: 0,
    inputInArena: true,
    peakBytes: 0,
  };
  const emulated = board.fidelity === 'emulated';
  const measurement: Measurement = {
    id: randomUUID(),
    candidate: candidate.name,
    target: board.target,
    on: emulated ? 'qemu' : 'board',
    board: board.id,
    fidelity: board.fidelity,
    status: 'accepted',
    reason: null,
    instructions: emulated ? 1_000_000 : null,
    cycles: emulated ? null : 1_000_000,
    spread: null,
    macs: 0,
    sram: { planned: sram, measured: null },
    flash: { codeBytes: 0, weightBytes: 0, totalBytes: 0 },
    output: null,
    layers: [],
    provenance: {
      buildHash: build.buildHash,
      compiler: 'none',
      flags: [],
      core: 'none',
      target: board.target,
      tools: {},
      candidateHash: candidate.hash,
      inputHash: '',
      startedAt: new Date().toISOString(),
    },
    ...changes,
  };
  return { measurement, files: new Map() };
}
