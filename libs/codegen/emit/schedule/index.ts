export * from './emit-segment.ts';
export * from './estimate-instructions.ts';
export * from './kernel-needs.ts';
export * from './plan-code.ts';
