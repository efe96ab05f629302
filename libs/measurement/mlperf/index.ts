export * from './drive.ts';
export * from './measure-mlperf.ts';
export * from './mlperf-session.ts';
export * from './run-rules.ts';
