export * from './baseline.ts';
export * from './change-text.ts';
export * from './ci-devices.ts';
export * from './ci-file.ts';
export * from './compare.ts';
export * from './run-ci.ts';
export { headline } from './summary.ts';
export * from './write-report.ts';
