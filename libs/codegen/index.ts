export * from './generated-code.ts';
export * from './plan/memory-plan.ts';
export * from './plan/plan-step.ts';
