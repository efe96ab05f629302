export * from './activation-bounds.ts';
export * from './fixed-point.ts';
export * from './lookup-table.ts';
export * from './multiplier.ts';
export * from './op-multipliers.ts';
export * from './softmax-scaling.ts';
