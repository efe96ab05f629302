export * from './propose-batch.ts';
export * from './propose-operators.ts';
