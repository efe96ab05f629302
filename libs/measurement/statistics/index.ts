export * from './interval.ts';
export * from './median.ts';
export * from './outliers.ts';
export * from './repeats.ts';
export * from './spread.ts';
export * from './student-t.ts';
