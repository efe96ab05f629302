import { FarmError } from '#core';
import type { Network, TensorId } from '#network';
import type { LoweredStep } from '../../lower/index.ts';
import type { MemoryPlan } from '../../plan/index.ts';
import type { Constants } from '../constants.ts';
import type { LayerContext } from '../layer-context.ts';

/** What the emitters of a step made of several ops know. */
export interface ScheduleContext {
  readonly network: Network;
  readonly plan: MemoryPlan;
  /** One for each op of the graph. */
  readonly lowered: readonly LoweredStep[];
  readonly stepIndex: number;
  readonly constants: Constants;
}

export function stepSymbol({ stepIndex }: ScheduleContext): string {
  return `layer_${String(stepIndex).padStart(2, '0')}`;
}

/** The context of one op of the step. */
export function opContext(context: ScheduleContext, op: number): LayerContext {
  const { network, plan, stepIndex, constants, lowered } = context;
  return {
    network,
    plan,
    step: lowered[op]!,
    stepIndex,
    op: network.graph.ops[op]!,
    parameters: network.parameters[op]!,
    constants,
    symbol: `${stepSymbol(context)}_op_${op}`,
  };
}

/** The tf_view of a tensor that lies whole in the arena. */
export function wholeView({ network, plan }: ScheduleContext, id: TensorId): string {
  const [, , width, channels] = network.graph.tensors[id]!.shape;
  return viewOf(plan.tensorOffsets.get(id)!, channels!, width! * channels!, 0);
}

export function viewOf(offsetBytes: number, channels: number, rowBytes: number, slots: number): string {
  return `{ARENA + ${offsetBytes}, ${channels}, ${rowBytes}, ${slots}, 0, 0}`;
}

/** `static const TYPE NAME[] = {…};` */
export function constantArray(type: string, name: string, items: readonly string[]): string {
  return [`static const ${type} ${name}[] = {`, ...items.map((item) => `    ${item},`), '};'].join('\n');
}

/** INTERNAL where a plan, made for other kernels, leaves one of ours too little. */
export function checkScratch(name: string, neededBytes: number, plannedBytes: number): void {
  if (neededBytes <= plannedBytes) return;
  throw new FarmError(
    'INTERNAL',
    `the plan leaves ${name} ${plannedBytes} bytes of scratch, expected at least ${neededBytes}`,
  );
}
