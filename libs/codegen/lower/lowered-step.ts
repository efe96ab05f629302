import type { PlanStep } from '../plan/plan-step.ts';
import type { Kernel } from './kernel.ts';

/** A step with what runs it. */
export interface LoweredStep extends PlanStep {
  readonly kernel: Kernel;
  readonly macs: number;
  /** Of a general convolution: pixels that it works on at a time. */
  readonly pixelsTogether?: number;
}
