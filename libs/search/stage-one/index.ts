export * from './cumulative-svg.ts';
export * from './optimise-space.ts';
export * from './survey.ts';
