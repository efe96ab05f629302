export * from './generate-code.ts';
export * from './schedule/estimate-instructions.ts';
export * from './schedule/kernel-needs.ts';
export * from './schedule/plan-code.ts';
export * from './weight-bytes.ts';
