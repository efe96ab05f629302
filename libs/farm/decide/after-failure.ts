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
  const { blame } = failed;
  if (blame === 'candidate' || blame === 'farm') {
    return { job: 'fail', board: 'unchanged', bench: 'unchanged' };
  }
  const again = retryable && job.spent[blame] < job.retries[blame];
  return {
    job: again ? 'retry' : 'fail',
    board: blame === 'board' ? 'suspect' : 'unchanged',
    bench: blame === 'host' ? 'pause' : 'unchanged',
  };
}
