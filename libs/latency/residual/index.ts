export * from './residual-model.ts';
