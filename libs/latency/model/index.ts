export * from './fit-model.ts';
export * from './model-document.ts';
export * from './predictor.ts';
