export * from './residual-model.ts';
export * from './residual-schema.ts';
