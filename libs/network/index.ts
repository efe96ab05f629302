export * from './graph/index.ts';
export * from './interpreter/index.ts';
export * from './quantisation/index.ts';
