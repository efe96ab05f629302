import type { CandidateRef, MeasureSettings } from '../model/job.ts';

/** What a compiler makes; `image` is for the runner alone. */
export interface Build {
  readonly buildHash: string;
  readonly image: unknown;
}

export interface CompileTask {
  /** Null for a sentinel. */
  readonly jobId: string | null;
  readonly candidate: CandidateRef;
  readonly target: string;
  readonly settings: MeasureSettings;
}

/** Turns a candidate into something a board can run, while boards do other work. */
export interface Compiler {
  compile(task: CompileTask, signal: AbortSignal): Promise<Build>;
}
