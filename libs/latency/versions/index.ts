export * from './drift-repository.ts';
export * from './drift.ts';
export * from './in-memory-models.ts';
export * from './latency-models.ts';
export * from './model-repository.ts';
