export * from './hypervolume.ts';
export * from './non-dominated.ts';
export * from './objectives.ts';
