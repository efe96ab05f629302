export * from './search-space.ts';
export * from './tiny-nas.ts';
export * from './to-genotype.ts';
export * from './vary.ts';
