export * from './evaluate/index.ts';
export * from './features/index.ts';
export * from './fit/index.ts';
export * from './layers/index.ts';
export * from './model/index.ts';
