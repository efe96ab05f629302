import { parentPort, workerData } from 'node:worker_threads';
import { unpackRows, type PackedRows } from '../fit/index.ts';
import { fitModel } from './fit-model.ts';
import type { ModelDocument } from './model-document.ts';
import { priorOfModel } from './prior-of-model.ts';

export interface FitWork {
  readonly rows: PackedRows;
  readonly prior?: ModelDocument;
}

const { rows, prior } = workerData as FitWork;
parentPort?.postMessage(
  fitModel(unpackRows(rows), prior === undefined ? {} : { prior: priorOfModel(prior) }),
);
