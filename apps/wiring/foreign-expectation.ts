import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';

import { FarmError, messageOf } from '#core';
import type { Expectation } from '#measurement';
import { runNetwork } from '#network';
import type { ForeignModel } from '#toolchain';

import { loadCandidate } from './load-candidate.ts';

/** What foreign code's output is held against: given bytes, or a .tflite's output; neither: it is not checked. */
export interface ExpectationRequest {
  /** Raw int8 bytes of the right output. */
  readonly expectPath?: string | undefined;
  /** The network that the code was generated from. */
  readonly tflitePath?: string | undefined;
  readonly toleranceSteps: number;
}

/** Errors FILE_NOT_READABLE, INPUT_INVALID (bytes of another length), CANDIDATE_INVALID (a .tflite of another shape). */
export async function foreignExpectation(
  { expectPath, tflitePath, toleranceSteps }: ExpectationRequest,
  model: ForeignModel,
  input: Int8Array,
): Promise<Expectation | undefined> {
  if (expectPath !== undefined) {
    return {
      output: await readExpected(expectPath, model.outputBytes),
      from: `file ${basename(expectPath)}`,
      toleranceSteps,
    };
  }
  if (tflitePath === undefined) return undefined;
  const { network } = await loadCandidate(tflitePath);
  const { graph } = network;
  const sizeOf = (ids: readonly number[]): number =>
    ids.reduce((sum, id) => sum + graph.tensors[id]!.shape.reduce((size, side) => size * side, 1), 0);
  const [inputBytes, outputBytes] = [sizeOf(graph.inputs), sizeOf(graph.outputs)];
  if (inputBytes !== model.inputBytes || outputBytes !== model.outputBytes) {
    throw new FarmError(
      'CANDIDATE_INVALID',
      `${tflitePath} takes ${inputBytes} bytes and answers ${outputBytes}, the generated code ${model.inputBytes} and ${model.outputBytes}: expected the .tflite that the code was generated from, at the same size`,
    );
  }
  const outputs = inOrderOf(model, runNetwork(network, input).outputs);
  return {
    output: Int8Array.from(outputs.flatMap((output) => [...output])),
    from: `reference interpreter on ${basename(tflitePath)}`,
    toleranceSteps,
  };
}

/** A detector's table need not have the order of the file: outputs are told apart by their sizes, where these differ. */
function inOrderOf({ outputs: wanted }: ForeignModel, outputs: readonly Int8Array[]): readonly Int8Array[] {
  if (new Set(wanted.map(({ bytes }) => bytes)).size !== outputs.length) return outputs;
  const bySize = wanted.map(({ bytes }) => outputs.find((output) => output.length === bytes));
  return bySize.every((output) => output !== undefined) ? bySize : outputs;
}

async function readExpected(path: string, outputBytes: number): Promise<Int8Array> {
  let content: Uint8Array;
  try {
    content = await readFile(path);
  } catch (error) {
    throw new FarmError(
      'FILE_NOT_READABLE',
      `the expected output ${path} could not be read: ${messageOf(error)}`,
      { cause: error },
    );
  }
  if (content.length !== outputBytes) {
    throw new FarmError(
      'INPUT_INVALID',
      `the expected output ${path} has ${content.length} bytes, expected ${outputBytes}`,
    );
  }
  return new Int8Array(content.buffer, content.byteOffset, content.length);
}
