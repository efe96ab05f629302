import { silentLogger } from '#core';

import type { BoardFacts, ListedBoard } from '../model/board.ts';
import type { FarmEvent } from '../model/event.ts';
import type { JobRequest } from '../model/job.ts';
import type { BoardOutcome, BoardTask, LeaseHandle, RecoveryTask } from '../ports/board-runner.ts';
import type { Compiler } from '../ports/compiler.ts';
import { Farm } from '../service/farm.ts';
import type { FarmSettings, SentinelWorkload } from '../service/options.ts';
import { createFakeCompiler, createFakeRunner, fakeOutcome, type FakeBoard } from './fake-runner.ts';
import { MemoryRepository, MemoryRows } from './memory-repository.ts';
import { settled, VirtualClock } from './virtual-clock.ts';

export const sentinelWorkload: SentinelWorkload = {
  candidate: { name: 'sentinel', hash: 'sentinel', kind: 'tflite', source: '' },
  settings: { repeats: 3, warmup: 1, timeoutMs: 5000, input: 'seed:0' },
};

export function boardFacts(id: string, changes: Partial<BoardFacts> = {}): BoardFacts {
  return { id, target: 'stm32f405', fidelity: 'hardware', bench: 'lab', tags: [], ...changes };
}

export function request(name: string, changes: Partial<JobRequest> = {}): JobRequest {
  return {
    user: 'ann',
    candidate: { name, hash: name, kind: 'tflite', source: name },
    target: 'stm32f405',
    ...changes,
  };
}

/** A task that a held board is busy with, to be ended by the test. */
export interface HeldTask {
  readonly task: BoardTask;
  readonly lease: LeaseHandle;
  /** Of a board that is to be brought back. */
  readonly recovery: RecoveryTask | undefined;
  finish(changes?: Parameters<typeof fakeOutcome>[1]): Promise<void>;
  fail(error: unknown): Promise<void>;
}

export interface TrialOptions {
  readonly boards?: readonly ListedBoard[];
  readonly rows?: MemoryRows;
  readonly clock?: VirtualClock;
  readonly settings?: Partial<FarmSettings>;
  readonly compiler?: Compiler;
  readonly sentinel?: boolean;
  /** Boards that something can be done to; being brought back is held as any task is. */
  readonly recoverable?: readonly string[];
  /** Instead of holding every task until the test ends it. */
  readonly board?: FakeBoard;
}

/** A farm on a virtual clock whose boards do what the test says. */
export class TrialFarm {
  readonly clock: VirtualClock;
  readonly rows: MemoryRows;
  readonly held: HeldTask[] = [];
  readonly events: FarmEvent[] = [];
  readonly fatal: unknown[] = [];
  farm!: Farm;

  private constructor(options: TrialOptions) {
    this.clock = options.clock ?? new VirtualClock();
    this.rows = options.rows ?? new MemoryRows();
  }

  static async open(options: TrialOptions = {}): Promise<TrialFarm> {
    const trial = new TrialFarm(options);
    trial.farm = await Farm.open(
      {
        repository: new MemoryRepository(trial.rows),
        clock: trial.clock,
        logger: silentLogger,
        compiler: options.compiler ?? createFakeCompiler(),
        runner: createFakeRunner(options.board ?? ((task, lease) => trial.#hold(task, lease)), {
          knows: (id) => options.recoverable?.includes(id) === true,
          run: (task, lease) => trial.#hold(task, lease, task),
        }),
        sentinelOf: () => (options.sentinel === true ? sentinelWorkload : undefined),
        settings: options.settings ?? {},
        onFatal: (error) => trial.fatal.push(error),
      },
      options.boards ?? [boardFacts('b1')],
    );
    trial.farm.onEvent((event) => trial.events.push(event));
    await settled();
    return trial;
  }

  /** Names of the candidates that boards are busy with, by board. */
  busy(): Record<string, string> {
    return Object.fromEntries(this.held.map(({ task }) => [task.board.id, task.candidate.name]));
  }

  on(boardId: string): HeldTask {
    const found = this.held.find(({ task }) => task.board.id === boardId);
    if (found === undefined) throw new Error(`board ${boardId} is not busy`);
    return found;
  }

  async submit(...requests: JobRequest[]): Promise<string[]> {
    const ids: string[] = [];
    for (const each of requests) ids.push((await this.farm.submit(each)).id);
    await settled();
    return ids;
  }

  board(id: string): ReturnType<Farm['boards']>[number] {
    return this.farm.boards().find((board) => board.id === id)!;
  }

  async #hold(task: BoardTask, lease: LeaseHandle, recovery?: RecoveryTask): Promise<BoardOutcome> {
    return new Promise((resolve, reject) => {
      const end = async (action: () => void): Promise<void> => {
        this.held.splice(this.held.indexOf(held), 1);
        action();
        await settled();
      };
      const held: HeldTask = {
        task,
        lease,
        recovery,
        finish: (changes) => end(() => resolve(fakeOutcome(task, changes))),
        fail: (error) => end(() => reject(error)),
      };
      this.held.push(held);
    });
  }
}
