export * from './front-svg.ts';
export * from './evolve.ts';
export * from './member.ts';
export * from './rank.ts';
export * from './run-evolution.ts';
