import type { TensorId } from '#network';
import { callSize, type FusedBlockPlan } from '../../plan/index.ts';
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

/** A chain of ops that runs some rows at a time, through tf_run_rows. */
export function emitFused(context: ScheduleContext, fused: FusedBlockPlan): LayerCode {
  const { graph } = context.network;
  const base = context.plan.scratchOffsets[context.stepIndex]!;
  const kernelScratch = fused.kernelScratchOffsetBytes;
  for (const call of fused.calls) {
    const op = graph.ops[call.op]!;
    const { scratchBytes } = regionKernelNeeds(graph, op, callSize('row', call));
    checkScratch(op.name, scratchBytes, fused.scratchBytes - kernelScratch);
  }
  const ringViews = fused.rings.map(({ tensor, rows, rowBytes, offsetBytes }) =>
    viewOf(base + offsetBytes, graph.tensors[tensor]!.shape[3]!, rowBytes, rows),
  );
  const whole = [...fused.inputs, fused.output];
  const images: TensorId[] = [...fused.rings.map(({ tensor }) => tensor), ...whole];
  const views = [...ringViews, ...whole.map((id) => wholeView(context, id))];
  const ops = fused.ops.map((op) =>
    emitRegionOp(opContext(context, op), (id) => images.indexOf(id), `ARENA + ${base + kernelScratch}`),
  );
  const calls = fused.calls.map(
    ({ op, output }) => `{${fused.ops.indexOf(op)}, ${output.top}, ${output.bottom - output.top}}`,
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
      constantArray('tf_row_call', `${name}_calls`, calls),
      `static const tf_row_chain ${name} = {${name}_images, ${name}_ops, ${name}_calls, ${calls.length}};`,
    ],
    call: `tf_run_rows(&${name});`,
  };
}
