export * from './board-offsets.ts';
export * from './class-shares.ts';
export * from './deviations.ts';
export * from './fit-additive.ts';
export * from './pack-rows.ts';
export * from './prior.ts';
export * from './row-of-measurement.ts';
export * from './training-row.ts';
