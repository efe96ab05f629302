import type { Logger } from '#core';

import { failureOf, type Failure } from '../model/failure.ts';
import type { Job } from '../model/job.ts';
import type { Build, Compiler, CompileTask } from '../ports/compiler.ts';

interface Running {
  readonly controller: AbortController;
  withdrawn: (() => void) | undefined;
}

/** Compiles ahead of the boards, a few at a time, and keeps the builds of jobs that have not ended. */
export class CompileStage {
  readonly #compiler: Compiler;
  readonly #width: number;
  readonly #logger: Logger;
  readonly #running = new Map<string, Running>();
  readonly #builds = new Map<string, Build>();

  constructor(compiler: Compiler, width: number, logger: Logger) {
    this.#compiler = compiler;
    this.#width = width;
    this.#logger = logger;
  }

  get free(): number {
    return this.#width - this.#running.size;
  }

  isRunning(id: string): boolean {
    return this.#running.has(id);
  }

  build(id: string): Build | undefined {
    return this.#builds.get(id);
  }

  forget(id: string): void {
    this.#builds.delete(id);
  }

  startJob(job: Job, onDone: (failed: Failure | undefined) => void): void {
    const { id: jobId, candidate, settings, selector } = job;
    this.start(jobId, { jobId, candidate, settings, target: selector.target }, onDone);
  }

  start(id: string, task: CompileTask, onDone: (failed: Failure | undefined) => void): void {
    const running: Running = { controller: new AbortController(), withdrawn: undefined };
    this.#running.set(id, running);
    void this.#compile(id, task, running, onDone);
  }

  async #compile(
    id: string,
    task: CompileTask,
    running: Running,
    onDone: (failed: Failure | undefined) => void,
  ): Promise<void> {
    let failed: Failure | undefined;
    try {
      this.#builds.set(id, await this.#compiler.compile(task, running.controller.signal));
    } catch (error) {
      failed = failureOf(error);
      this.#logger.info('a candidate was not compiled', { job: task.jobId, error });
    }
    this.#running.delete(id);
    if (running.withdrawn === undefined) onDone(failed);
    else running.withdrawn();
  }

  /** Stops it; `onStopped` is called instead of what `start` was given. */
  withdraw(id: string, why: Error, onStopped: () => void): void {
    const running = this.#running.get(id);
    if (running === undefined || running.withdrawn !== undefined) return;
    running.withdrawn = onStopped;
    running.controller.abort(why);
  }
}
