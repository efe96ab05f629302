export * from './board-offsets.ts';
export * from './deviations.ts';
export * from './fit-additive.ts';
export * from './prior.ts';
export * from './training-row.ts';
