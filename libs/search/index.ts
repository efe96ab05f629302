export * from './estimate/index.ts';
export * from './evolve/index.ts';
export * from './oracle/index.ts';
export * from './pareto/index.ts';
export * from './space/index.ts';
export * from './stage-one/index.ts';
export * from './threads/index.ts';
