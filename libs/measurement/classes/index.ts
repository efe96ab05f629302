export * from './class-counts.ts';
export * from './count-classes.ts';
export * from './estimate-cycles.ts';
export * from './instruction-classes.ts';
export * from './with-classes.ts';
