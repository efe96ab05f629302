export * from './memory-model.ts';
