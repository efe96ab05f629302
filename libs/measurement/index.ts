export * from './clock/index.ts';
export * from './fault/index.ts';
export * from './measure/index.ts';
export * from './measurement.ts';
export * from './mlperf/index.ts';
export * from './protocol/index.ts';
export * from './session/index.ts';
export * from './statistics/index.ts';
