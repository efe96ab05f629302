import {
  lower,
  regionKernel,
  segmentMacs,
  type FusedBlockPlan,
  type PatchPlan,
  type PlanCandidate,
} from '#codegen';
import type { Graph } from '#network';
import {
  shapeText,
  type KernelCalls,
  type LayerShape,
  type NetworkLayer,
  type NetworkLayers,
} from './layer-shape.ts';
import { shapeOf, shapeOfStep } from './layers-of-graph.ts';
import { copiesOf, runsOf, viewsOfFused, viewsOfPatch, type ViewOf } from './region-runs.ts';

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
      const parts = [{ shape: shapeOfStep(graph, step), calls: 1 }];
      return { name: step.name, kind: step.kernel, macs: step.macs, parts };
    }
    const { name } = plan.steps[index]!;
    return { name, kind: segment.kind, macs: segmentMacs(graph, segment), parts: partsOf(graph, segment) };
  });
  return { candidate: graph.name, macs: plan.macs, layers };
}

// A planner gives many networks the same chain, of the same sizes at the same place.
const known = new WeakMap<FusedBlockPlan | PatchPlan, readonly KernelCalls[]>();

function partsOf(graph: Graph, segment: FusedBlockPlan | PatchPlan): readonly KernelCalls[] {
  let parts = known.get(segment);
  if (parts === undefined) {
    parts = grouped(
      segment.kind === 'patches' ? piecesOfPatches(graph, segment) : piecesOfFused(graph, segment),
    );
    known.set(segment, parts);
  }
  return parts;
}

function piecesOfPatches(graph: Graph, segment: PatchPlan): KernelCalls[] {
  return segment.patches.flatMap((patch) => {
    const viewOf = viewsOfPatch(graph, segment, patch);
    return patch.ops.flatMap((call) => piecesOf({ graph, viewOf, form: 'patch' }, call));
  });
}

function piecesOfFused(graph: Graph, segment: FusedBlockPlan): KernelCalls[] {
  const viewOf = viewsOfFused(graph, segment);
  return segment.calls.flatMap((call) => piecesOf({ graph, viewOf, form: 'row' }, call));
}

interface RegionContext {
  readonly graph: Graph;
  readonly viewOf: ViewOf;
  readonly form: 'patch' | 'row';
}

/** A call for part of an image; kernels of the whole image that it calls more than once, once for each piece. */
function piecesOf({ graph, viewOf, form }: RegionContext, call: RegionCall): KernelCalls[] {
  const shape = regionShape(graph, form, call);
  if (shape.kernel.startsWith('depthwise') && shape.kernel !== 'depthwise') {
    const runs = runsOf(graph, call, viewOf, false).length;
    return [{ shape: { ...shape, runs, copies: copiesOf(graph, call, viewOf) }, calls: 1 }];
  }
  if (shape.kernel !== 'pointwise' && shape.kernel !== 'add') return [{ shape, calls: 1 }];
  const [first, ...rest] = runsOf(graph, call, viewOf, true) as [number, ...number[]];
  const pieces: KernelCalls[] = [{ shape: { ...shape, inHeight: first, outHeight: first }, calls: 1 }];
  // Most often a row each.
  for (let at = 0, end = 0; at < rest.length; at = end) {
    const rows = rest[at]!;
    while (rest[end] === rows) end++;
    pieces.push({ shape: { ...shape, form: 'rest', inHeight: rows, outHeight: rows }, calls: end - at });
  }
  return pieces;
}

/** With the padding that the windows meet there. */
function regionShape(
  graph: Graph,
  form: LayerShape['form'],
  { op, output, inputs, padding }: RegionCall,
): LayerShape {
  const [input] = inputs as [RegionCall['output']];
  return {
    ...shapeOf(graph, graph.ops[op]!, regionKernel(graph.ops[op]!)),
    form,
    inHeight: input.bottom - input.top,
    inWidth: input.right - input.left,
    outHeight: output.bottom - output.top,
    outWidth: output.right - output.left,
    padTop: padding.top,
    padLeft: padding.left,
  };
}

function grouped(pieces: readonly KernelCalls[]): KernelCalls[] {
  const parts = new Map<string, { shape: LayerShape; calls: number }>();
  for (const { shape, calls } of pieces) {
    const key = shapeText(shape);
    const known = parts.get(key);
    if (known === undefined) parts.set(key, { shape, calls });
    else known.calls += calls;
  }
  return [...parts.values()];
}
