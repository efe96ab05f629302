export * from './run-network.ts';
