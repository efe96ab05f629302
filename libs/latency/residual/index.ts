export * from './residual-correction.ts';
export * from './residual-model.ts';
export * from './residual-schema.ts';
