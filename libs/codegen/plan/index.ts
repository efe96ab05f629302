export * from './memory-plan.ts';
export * from './plan-memory.ts';
export * from './plan-step.ts';
export * from './plan-svg.ts';
export * from './quick/index.ts';
export * from './verify-plan.ts';
export * from './schedule/index.ts';
