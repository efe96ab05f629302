export * from './activation-bounds.ts';
export * from './multiplier.ts';
export * from './op-multipliers.ts';
