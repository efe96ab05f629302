export { bilinearTaps, nearestIndex } from './resize.ts';
export * from './run-network.ts';
