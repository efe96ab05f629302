import { errorCodes } from '#core';

import type { Failure } from '../model/failure.ts';
import type { Job } from '../model/job.ts';

/** What a failed attempt means for its job, its board and its bench. */
export interface Consequence {
  readonly job: 'retry' | 'fail';
  readonly board: 'unchanged' | 'suspect';
  readonly bench: 'unchanged' | 'pause';
}

/**
 * The blame decides: the candidate's ends the job, the board's retries elsewhere, the host's pauses the bench. What is
 * not worth trying again on the same board (a worn chip) is so on another, where there is one: `elsewhere`.
 */
export function afterFailure(
  job: Pick<Job, 'retries' | 'spent'>,
  failed: Failure,
  elsewhere = false,
): Consequence {
  const { retryable } = errorCodes[failed.code];
  const { blame } = failed;
  if (blame === 'candidate' || blame === 'farm') {
    return { job: 'fail', board: 'unchanged', bench: 'unchanged' };
  }
  const isWorthIt = retryable || (blame === 'board' && elsewhere);
  const again = isWorthIt && job.spent[blame] < job.retries[blame];
  return {
    job: again ? 'retry' : 'fail',
    board: blame === 'board' ? 'suspect' : 'unchanged',
    bench: blame === 'host' ? 'pause' : 'unchanged',
  };
}
