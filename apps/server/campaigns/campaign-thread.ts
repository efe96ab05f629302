import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

import { createBirpc } from 'birpc';

import { FarmError, messageOf } from '#core';
import type { StopReason } from '#search';

import type { CampaignCalls, CampaignWork, ThreadEnd } from './campaign-calls.ts';

/**
 * Runs a campaign in a thread of its own, so that the server goes on answering; only from compiled code. Errors: those of
 * a call, of the loop, and INTERRUPTED. The thread has ended once this settles.
 */
export async function runCampaignThread(
  work: CampaignWork,
  calls: CampaignCalls,
  signal: AbortSignal,
): Promise<StopReason> {
  signal.throwIfAborted();
  const here = import.meta.url;
  const file = new URL(`./campaign-worker${extname(new URL(here).pathname)}`, here);
  // Flags that node was started with, such as --eval's, would make the thread fail.
  const worker = new Worker(file, { workerData: work, execArgv: [] });
  const stopped = new AbortController();
  try {
    return await new Promise<StopReason>((resolve, reject) => {
      const ended = (end: ThreadEnd): void => {
        if ('reason' in end) resolve(end.reason);
        else reject(new FarmError(end.code, end.message));
      };
      createBirpc<object>(
        { ...failing(calls, reject), ended },
        {
          post: (message) => worker.postMessage(message),
          on: (listener) => worker.on('message', listener),
        },
      );
      worker.on('error', (error) =>
        reject(
          new FarmError('INTERNAL', `the thread of a campaign failed: ${messageOf(error)}`, { cause: error }),
        ),
      );
      worker.on('exit', (code) =>
        reject(new FarmError('INTERNAL', `the thread of a campaign ended with ${code} by itself`)),
      );
      const stop = (): void => reject(new FarmError('INTERRUPTED', 'the campaign was interrupted'));
      signal.addEventListener('abort', stop, { signal: stopped.signal });
    });
  } finally {
    stopped.abort();
    await worker.terminate();
  }
}

/** The same calls, each of which ends the campaign when it fails, and then never answers. */
function failing(calls: CampaignCalls, fail: (error: unknown) => void): CampaignCalls {
  const guarded = <A extends unknown[], T>(call: (...values: A) => Promise<T>) => {
    return (...values: A): Promise<T> =>
      call(...values).catch((error: unknown) => {
        fail(error);
        return new Promise<T>(() => {});
      });
  };
  const { measure, ask, record, isStopAsked, stage, detail } = calls;
  return {
    measure: guarded(measure),
    ask: guarded(ask),
    record: guarded(record),
    isStopAsked: guarded(isStopAsked),
    stage,
    detail,
  };
}
