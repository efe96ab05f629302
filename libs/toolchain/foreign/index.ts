export * from './build-tinyengine.ts';
export type { ForeignModel, ShapeHints } from './describe-model.ts';
export * from './read-firmware.ts';
