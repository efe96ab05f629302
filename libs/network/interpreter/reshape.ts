import type { ReshapeOp } from '../graph/graph.ts';
import type { OpContext } from './op-context.ts';

export function runReshape({ inputs, outputs }: OpContext<ReshapeOp>): void {
  outputs[0]!.data.set(inputs[0]!.data);
}
