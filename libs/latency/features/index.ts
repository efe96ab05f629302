export * from './counts.ts';
export * from './feature-space.ts';
export * from './nominal-costs.ts';
export * from './sparse-counts.ts';
