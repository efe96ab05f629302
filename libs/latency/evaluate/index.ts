export * from './calibrate.ts';
export * from './cross-validate.ts';
export * from './metrics.ts';
export * from './standard-deviation.ts';
