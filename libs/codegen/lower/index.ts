export * from './choose-depthwise.ts';
export { pointwiseScratch } from './convolution-scratch.ts';
export * from './depthwise-cost.ts';
export * from './depthwise-plane.ts';
export * from './in-place.ts';
export * from './kernel.ts';
export * from './lower.ts';
export type { LoweredStep } from './lowered-step.ts';
export * from './supported-op.ts';
