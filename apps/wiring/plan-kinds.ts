import type { PlanCandidate } from '#codegen';

/** `quick`: as a search plans; `plain`: nothing in place, fused or in patches. */
export type PlanKind = 'auto' | 'quick' | 'plain' | PlanCandidate['kind'];
export const planKinds: readonly PlanKind[] = [
  'auto',
  'quick',
  'plain',
  'whole',
  'fused',
  'streamed',
  'patches',
];
