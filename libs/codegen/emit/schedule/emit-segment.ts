import type { GeneratedLayer } from '../../generated-code.ts';
import type { FusedBlockPlan, PatchPlan } from '../../plan/index.ts';
import type { LayerCode } from '../layer-context.ts';
import { emitFused } from './emit-fused.ts';
import { emitPatches } from './emit-patches.ts';
import type { ScheduleContext } from './schedule-context.ts';

export interface EmittedStep {
  readonly layer: GeneratedLayer;
  readonly code: LayerCode;
}

/** One layer for all the ops of a segment. */
export function emitSegment(context: ScheduleContext, segment: FusedBlockPlan | PatchPlan): EmittedStep {
  const { kind, macs } = segment;
  const isFused = segment.kind === 'fused';
  const ops = isFused ? segment.ops : Array.from({ length: segment.splitOp }, (_, op) => op);
  const [first, last] = [ops[0]!, ops.at(-1)!].map((op) => context.lowered[op]!.name.split('_')[0]!);
  return {
    layer: { name: `${first}_${kind}_to_${last}`, kind, macs, ops },
    code: isFused ? emitFused(context, segment) : emitPatches(context, segment),
  };
}
