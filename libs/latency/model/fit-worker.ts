import { parentPort, workerData } from 'node:worker_threads';
import type { TrainingRow } from '../fit/index.ts';
import { fitModel } from './fit-model.ts';
import type { ModelDocument } from './model-document.ts';
import { priorOfModel } from './prior-of-model.ts';

export interface FitWork {
  readonly rows: readonly TrainingRow[];
  readonly prior?: ModelDocument;
}

const { rows, prior } = workerData as FitWork;
parentPort?.postMessage(fitModel(rows, prior === undefined ? {} : { prior: priorOfModel(prior) }));
