export * from './choose-plan.ts';
export * from './fused-plan.ts';
export type { Region } from './geometry.ts';
export * from './kernel-needs.ts';
export * from './patch-plan.ts';
export * from './plan-candidate.ts';
export * from './segments.ts';
export { scheduleRows, type RowSchedule } from './stream-rows.ts';
export * from './redistribute.ts';
