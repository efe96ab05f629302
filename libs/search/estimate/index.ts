export * from './estimate.ts';
export * from './nominal-model.ts';
export * from './plan-estimator.ts';
