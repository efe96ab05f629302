export * from './emit/index.ts';
export * from './generated-code.ts';
export * from './lower/index.ts';
export * from './plan/index.ts';
