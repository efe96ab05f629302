import type { Op } from '../graph/graph.ts';
import { runAdd } from './add.ts';
import { runAveragePool2d } from './average-pool2d.ts';
import { runConv2d } from './conv2d.ts';
import { runDepthwiseConv2d } from './depthwise-conv2d.ts';
import { runFullyConnected } from './fully-connected.ts';
import type { OpContext } from './op-context.ts';
import { runReshape } from './reshape.ts';

type OpRunners = { readonly [K in Op['kind']]: (context: OpContext<Extract<Op, { kind: K }>>) => void };

const runners: OpRunners = {
  conv2d: runConv2d,
  depthwiseConv2d: runDepthwiseConv2d,
  fullyConnected: runFullyConnected,
  add: runAdd,
  averagePool2d: runAveragePool2d,
  reshape: runReshape,
};

/** Runs one operator: fills the data of its outputs. */
export function runOp(context: OpContext): void {
  (runners[context.op.kind] as (context: OpContext) => void)(context);
}
