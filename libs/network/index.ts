export * from './graph/graph.ts';
export * from './graph/network.ts';
