import type { Graph, Op } from '#network';
import type { PlanStep } from '../plan-step.ts';

/** One step an op, with in-place depthwise convolutions (stride 1) and additions, as whole-image code runs them. */
export function plainSteps(graph: Graph): PlanStep[] {
  return graph.ops.map((op, index): PlanStep => {
    const [input, output] = [op.inputs[0]!, op.outputs[0]!];
    return {
      name: op.name,
      ops: [index],
      reads: op.inputs,
      writes: op.outputs,
      scratchBytes: 0,
      ...(mayRunInPlace(op) && { inPlace: { input, output } }),
    };
  });
}

function mayRunInPlace(op: Op): boolean {
  return (
    op.kind === 'add' || (op.kind === 'depthwiseConv2d' && op.strideHeight === 1 && op.strideWidth === 1)
  );
}
