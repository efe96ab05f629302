export * from './export-model.ts';
export * from './predicted-svg.ts';
