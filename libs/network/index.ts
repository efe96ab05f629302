export * from './candidate/index.ts';
export * from './genotype/index.ts';
export * from './graph/index.ts';
export * from './interpreter/index.ts';
export * from './quantisation/index.ts';
export * from './random/index.ts';
export * from './tflite/index.ts';
