import { parentPort, workerData } from 'node:worker_threads';
import type { CountedRows } from '../fit/counted-rows.ts';
import { fitCounted } from './fit-counted.ts';
import type { ModelDocument } from './model-document.ts';
import { priorOfModel } from './prior-of-model.ts';

export interface FitWork {
  readonly rows: CountedRows;
  readonly prior?: ModelDocument;
}

const { rows, prior } = workerData as FitWork;
parentPort?.postMessage(fitCounted(rows, prior === undefined ? {} : { prior: priorOfModel(prior) }));
