export * from './fit-counted.ts';
export * from './fit-in-worker.ts';
export * from './fit-model.ts';
export * from './model-document.ts';
export * from './model-format.ts';
export * from './plan-predictor.ts';
export * from './predictor.ts';
export * from './prior-of-model.ts';
