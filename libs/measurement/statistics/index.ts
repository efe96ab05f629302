export * from './median.ts';
export * from './spread.ts';
