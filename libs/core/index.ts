export * from './clock.ts';
export * from './error-codes.ts';
export * from './farm-error.ts';
export * from './fnv1a.ts';
export * from './logger.ts';
export * from './run-program.ts';
export * from './seeded-bytes.ts';
export * from './spawn-long-running.ts';
