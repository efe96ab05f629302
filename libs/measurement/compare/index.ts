export * from './compare.ts';
export type { LayerPair } from './align-layers.ts';
