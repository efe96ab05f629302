import { lower, segmentMacs, type FusedBlockPlan, type PlanCandidate } from '#codegen';
import type { Graph } from '#network';
import {
  shapeKey,
  type KernelCalls,
  type LayerShape,
  type NetworkLayer,
  type NetworkLayers,
} from './layer-shape.ts';
import { shapeOf } from './layers-of-graph.ts';

type Lowered = ReturnType<typeof lower>;
type RegionCall = FusedBlockPlan['calls'][number];

/**
 * The layers of a network under a plan, one for each of its steps: ops on the whole image, patches with what they compute
 * twice, fused chains row by row. Errors: CANDIDATE_UNSUPPORTED.
 */
export function layersOfPlan(
  graph: Graph,
  plan: Pick<PlanCandidate, 'segments' | 'steps' | 'macs'>,
): NetworkLayers {
  const lowered = lower(graph);
  const layers = plan.segments.map((segment, index): NetworkLayer => {
    if (segment.kind === 'whole') {
      const step = lowered[segment.op]!;
      const shape = shapeOf(graph, graph.ops[segment.op]!, step.kernel);
      return { name: step.name, kind: step.kernel, macs: step.macs, parts: [{ shape, calls: 1 }] };
    }
    const [form, calls] =
      segment.kind === 'patches'
        ? (['patch', segment.patches.flatMap(({ ops }) => ops)] as const)
        : (['row', segment.calls] as const);
    const shapes = calls.map((call) => regionShape(graph, lowered, form, call));
    const { name } = plan.steps[index]!;
    return { name, kind: segment.kind, macs: segmentMacs(graph, segment), parts: grouped(shapes) };
  });
  return { candidate: graph.name, macs: plan.macs, layers };
}

/** A call for part of an image, with the padding that its windows meet there. */
function regionShape(
  graph: Graph,
  lowered: Lowered,
  form: LayerShape['form'],
  { op, output, inputs, padding }: RegionCall,
): LayerShape {
  const [input] = inputs as [RegionCall['output']];
  return {
    ...shapeOf(graph, graph.ops[op]!, lowered[op]!.kernel),
    form,
    inHeight: input.bottom - input.top,
    inWidth: input.right - input.left,
    outHeight: output.bottom - output.top,
    outWidth: output.right - output.left,
    padTop: padding.top,
    padLeft: padding.left,
  };
}

function grouped(shapes: readonly LayerShape[]): KernelCalls[] {
  const parts = new Map<string, { shape: LayerShape; calls: number }>();
  for (const shape of shapes) {
    const key = shapeKey(shape);
    const known = parts.get(key);
    if (known === undefined) parts.set(key, { shape, calls: 1 });
    else known.calls++;
  }
  return [...parts.values()];
}
