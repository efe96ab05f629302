export * from './generated-code.ts';
export * from './plan/index.ts';
