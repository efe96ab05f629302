import { errorCodes } from '#core';

import type { Failure } from '../model/failure.ts';
import type { Job } from '../model/job.ts';

/** What a failed attempt means for its job, its board and its bench. */
export interface Consequence {
  readonly job: 'retry' | 'fail';
  readonly board: 'unchanged' | 'suspect';
  readonly bench: 'unchanged' | 'pause';
}

/** The blame decides: the candidate's ends the job, the board's retries elsewhere, the host's pauses the bench. */
export function afterFailure(job: Pick<Job, 'retries' | 'spent'>, failed: Failure): Consequence {
  const { retryable } = errorCodes[failed.code];
  switch (failed.blame) {
    case 'candidate':
    case 'farm':
      return { job: 'fail', board: 'unchanged', bench: 'unchanged' };
    case 'board': {
      const left = job.spent.board < job.retries.board;
      return { job: retryable && left ? 'retry' : 'fail', board: 'suspect', bench: 'unchanged' };
    }
    case 'host': {
      const left = job.spent.host < job.retries.host;
      return { job: retryable && left ? 'retry' : 'fail', board: 'unchanged', bench: 'pause' };
    }
  }
}
