export * from './evaluate/index.ts';
export * from './export/index.ts';
export * from './features/index.ts';
export * from './fit/index.ts';
export * from './improve/index.ts';
export * from './layers/index.ts';
export * from './model/index.ts';
export * from './versions/index.ts';
