import { setTimeout as sleep } from 'node:timers/promises';

import { createFakeCompiler, createFakeRunner, fakeOutcome, type BoardFacts } from '#farm';

import type { Shelf } from '../lab/shelf.ts';

/** Boards that measure nothing: target `simulated`, so that no number of theirs is taken for one. */
export function simulatedBoards(count: number, attemptMs: number): Shelf {
  const boards = Array.from({ length: count }, (_, index): BoardFacts => {
    const id = `simulated-${index + 1}`;
    return { id, target: 'simulated', fidelity: 'emulated', bench: 'simulated', tags: [] };
  });
  const runner = createFakeRunner(async (task, lease) => {
    lease.progress('measuring');
    lease.console(`measuring ${task.candidate.name}`);
    if (attemptMs > 0) await sleep(attemptMs * (0.5 + Math.random()), undefined, { signal: lease.signal });
    const log = new TextEncoder().encode(`measured ${task.candidate.name}\n`);
    return { ...fakeOutcome(task), files: new Map([['console.log', log]]) };
  });
  return { boards, runner, compiler: createFakeCompiler(), sentinelOf: () => undefined };
}
