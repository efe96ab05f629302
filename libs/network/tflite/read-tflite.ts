import { FarmError } from '#core';
import { graphMacs } from '../graph/counts.ts';
import type { Network } from '../graph/network.ts';
import { validateGraph } from '../graph/validate-graph.ts';
import { checkScales } from './check-scales.ts';
import { convertOp } from './convert/index.ts';
import { foldPadding } from './fold-padding.ts';
import { SourceNetwork } from './source-network.ts';
import { stripFloatEnds } from './strip-float-ends.ts';
import { openTflite } from './tflite-model.ts';

export interface TfliteNetwork {
  readonly network: Network;
  /** What was left out of the file's graph (float ends, folded padding), a line each. */
  readonly notes: readonly string[];
}

/** Ten thousand million: seconds on the fastest microcontroller, and minutes in the interpreter. */
const maxMacs = 1e10;

/**
 * Reads an int8 .tflite. CANDIDATE_INVALID for a file that is not whole or contradicts itself, CANDIDATE_UNSUPPORTED
 * for what tinyfarm does not run, with the op, its index and what could replace it.
 */
export function readTflite(bytes: Uint8Array, name: string): TfliteNetwork {
  const { model, notes } = stripFloatEnds(openTflite(bytes));
  const source = new SourceNetwork(model);
  for (const id of model.inputs) {
    source.define(source.source(id), 'the list of inputs');
  }
  for (const op of model.ops) {
    convertOp(source, op);
  }
  const network = source.build(name, model.inputs, model.outputs);
  validateGraph(network.graph);
  checkScales(network);
  if (graphMacs(network.graph) > maxMacs) {
    throw new FarmError(
      'CANDIDATE_INVALID',
      `${name} has ${graphMacs(network.graph)} MACs, expected at most ${maxMacs}`,
    );
  }
  const folded = foldPadding(network);
  validateGraph(folded.graph);
  const pads = network.graph.ops.length - folded.graph.ops.length;
  const foldNotes = pads === 0 ? [] : [`${pads} PAD folded into the ops that read them`];
  return { network: folded, notes: [...notes, ...foldNotes] };
}
