import { FarmError } from '#core';
import type { Attempt, ConsoleLine, Explanation, FarmEvent, Job } from '#farm';

import type { Progress } from '../output/progress.ts';
import type { FarmClient } from './farm-client.ts';

export interface JobDetail {
  readonly job: Job;
  readonly attempts: readonly Attempt[];
  readonly why: Explanation | null;
}

export interface FollowOptions {
  readonly client: FarmClient;
  readonly progress: Progress;
  /** Called with each line of the board's console, where they are wanted. */
  readonly onConsole?: (line: ConsoleLine) => void;
}

/** Tells the stages of a job until it has ended. */
export async function followJob(id: string, options: FollowOptions): Promise<JobDetail> {
  const { client, progress } = options;
  const path = `jobs/${encodeURIComponent(id)}`;
  const first = await client.get<JobDetail>(path);
  const consoles: Promise<void>[] = [];
  if (first.job.endedAt === null) {
    progress.stage(first.why?.text ?? 'waiting');
    for await (const { data } of client.events('events', { job: id }, '0')) {
      const event = data as FarmEvent;
      tell(event, progress);
      if (event.type === 'attempt.started' && options.onConsole !== undefined && event.attemptId !== null) {
        consoles.push(followConsole(event.attemptId, options));
      }
      if (event.type === 'job.ended') break;
    }
  }
  await Promise.all(consoles);
  progress.done();
  return client.get<JobDetail>(path);
}

function tell({ type, boardId, attemptId, data }: FarmEvent, progress: Progress): void {
  if (type === 'attempt.started') progress.stage(`attempt ${attemptId} on ${boardId}`);
  if (type === 'job.stage') progress.stage(String(data['stage']));
  if (type === 'job.requeued') progress.stage(`waiting again: ${String(data['message'])}`);
}

async function followConsole(attemptId: string, { client, onConsole }: FollowOptions): Promise<void> {
  for await (const { data } of client.events(`attempts/${attemptId}/console`))
    onConsole!(data as ConsoleLine);
}

/** Throws what a job that did not succeed ended with. */
export function assertSucceeded({ id, state, failure }: Job): void {
  if (state === 'succeeded') return;
  const fallback = state === 'expired' ? 'DEADLINE_PASSED' : 'JOB_CANCELLED';
  throw new FarmError(
    failure?.code ?? fallback,
    `job ${id} ${state}: ${failure?.message ?? 'no reason given'}`,
    {
      context: { job: id, blame: failure?.blame },
    },
  );
}
