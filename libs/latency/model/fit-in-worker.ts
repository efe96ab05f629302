import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { FarmError, messageOf } from '#core';
import { countRows, type TrainingRow } from '../fit/index.ts';
import type { FittedModel } from './fit-counted.ts';
import type { FitWork } from './fit-worker.ts';
import type { ModelDocument } from './model-document.ts';

export interface FitInWorkerOptions {
  readonly prior?: ModelDocument;
  readonly signal?: AbortSignal;
}

/** `fitModel` in a thread of its own; only from compiled code. Errors: its own, and INTERRUPTED. */
export async function fitInWorker(
  rows: readonly TrainingRow[],
  { prior, signal }: FitInWorkerOptions = {},
): Promise<FittedModel> {
  const file = new URL(`./fit-worker${extname(new URL(import.meta.url).pathname)}`, import.meta.url);
  const workerData: FitWork = { rows: countRows(rows), ...(prior === undefined ? {} : { prior }) };
  return new Promise((resolve, reject) => {
    // Flags that node was started with, such as --eval's, would make the thread fail.
    const worker = new Worker(file, { workerData, execArgv: [] });
    const stop = (): void => {
      void worker.terminate();
      reject(new FarmError('INTERRUPTED', `a fit of ${rows.length} measurements was interrupted`));
    };
    signal?.addEventListener('abort', stop, { once: true });
    worker.once('message', resolve);
    worker.once('error', (error) => {
      reject(asFarmError(error, rows.length));
    });
    worker.once('exit', (code) => {
      signal?.removeEventListener('abort', stop);
      reject(new FarmError('INTERNAL', `the thread of a fit ended with ${code} and no model`));
    });
    if (signal?.aborted === true) stop();
  });
}

/** An error that crosses threads is a plain one, with its code as a property. */
function asFarmError(error: unknown, rows: number): FarmError {
  const { code } = error as Partial<FarmError>;
  return code === undefined
    ? new FarmError('INTERNAL', `a fit of ${rows} measurements failed: ${messageOf(error)}`, { cause: error })
    : new FarmError(code, messageOf(error), { cause: error });
}
