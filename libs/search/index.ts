export * from './estimate/index.ts';
export * from './oracle/index.ts';
export * from './pareto/index.ts';
export * from './space/index.ts';
