export * from './block-string.ts';
export * from './genotype-to-graph.ts';
export * from './genotype.ts';
export * from './random-genotype.ts';
export * from './random-genotype.ts';
export * from './seeded-network.ts';
export * from './subnet.ts';
