import type { ElementwiseOp, LeakyReluOp } from '../graph/graph.ts';
import { elementwiseTable } from '../quantisation/lookup-table.ts';
import type { OpContext } from './op-context.ts';

export function runElementwise({
  op,
  parameters,
  inputs,
  outputs,
}: OpContext<ElementwiseOp | LeakyReluOp>): void {
  const table = elementwiseTable(op, parameters, inputs[0]!.quantisation, outputs[0]!.quantisation);
  const source = inputs[0]!.data;
  const target = outputs[0]!.data;
  for (let i = 0; i < target.length; i++) {
    target[i] = table[source[i]! + 128]!;
  }
}
