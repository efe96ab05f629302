import type { ConstantOp } from '../graph/graph.ts';
import type { OpContext } from './op-context.ts';

export function runConstant({ parameters, outputs }: OpContext<ConstantOp>): void {
  outputs[0]!.data.set(parameters.weights!);
}
