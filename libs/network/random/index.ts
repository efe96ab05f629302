export * from './random.ts';
export * from './random-network.ts';
