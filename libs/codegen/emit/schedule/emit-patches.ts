import type { TensorId } from '#network';
import { callSize, type PatchPlan } from '../../plan/index.ts';
import type { LayerCode } from '../layer-context.ts';
import { emitRegionOp } from './emit-region-op.ts';
import { regionKernelNeeds } from './kernel-needs.ts';
import {
  checkScratch,
  constantArray,
  opContext,
  stepSymbol,
  viewOf,
  wholeView,
  type ScheduleContext,
} from './schedule-context.ts';

/** The first ops of the network, once for each patch, through tf_run_patches. */
export function emitPatches(context: ScheduleContext, plan: PatchPlan): LayerCode {
  const { graph } = context.network;
  const { patches, buffers, bufferSteps, splitOp } = plan;
  const base = context.plan.scratchOffsets[context.stepIndex] ?? 0;
  for (const call of patches.flatMap(({ ops }) => ops)) {
    const op = graph.ops[call.op]!;
    const { scratchBytes } = regionKernelNeeds(graph, op, callSize('patch', call));
    checkScratch(op.name, scratchBytes, bufferSteps[call.op]!.scratchBytes);
  }
  const made = graph.ops.slice(0, splitOp).map((op) => op.outputs[0]!);
  const images: TensorId[] = [...made, ...plan.inputs];
  const views = images.map((id) => {
    const offset = buffers.tensorOffsets.get(id);
    if (offset === undefined) return wholeView(context, id);
    return viewOf(base + offset, graph.tensors[id]!.shape[3]!, 0, 0);
  });
  const ops = made.map((_, op) => {
    const scratch = buffers.scratchOffsets[op];
    return emitRegionOp(
      opContext(context, op),
      (id) => images.indexOf(id),
      scratch === undefined ? undefined : `ARENA + ${base + scratch}`,
    );
  });
  const regions = patches.flatMap(({ ops: calls }) =>
    calls.map(({ output: { top, bottom, left, right } }) => `{${top}, ${bottom}, ${left}, ${right}}`),
  );
  const name = stepSymbol(context);
  return {
    definitions: [
      ...ops.flatMap(({ definitions }) => definitions),
      constantArray('tf_view', `${name}_images`, views),
      constantArray(
        'tf_region_op',
        `${name}_ops`,
        ops.map(({ entry }) => entry),
      ),
      constantArray('tf_region', `${name}_regions`, regions),
      `static const tf_patches ${name} = {` +
        `${name}_images, ${name}_ops, ${splitOp}, ${name}_regions, ${patches.length}};`,
    ],
    call: `tf_run_patches(&${name});`,
  };
}
