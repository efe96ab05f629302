export * from './counts.ts';
export * from './graph.ts';
export * from './network.ts';
export * from './shapes.ts';
export * from './validate-graph.ts';
