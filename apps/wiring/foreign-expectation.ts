import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';

import { FarmError, messageOf } from '#core';
import type { Expectation } from '#measurement';
import { runNetwork, type Network } from '#network';
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

/**
 * Upstream's requantisation in float is not that of TensorFlow Lite, and a difference grows from layer to layer: its own
 * examples differ by up to 22 steps. An eighth of the range tells rounding from another network.
 */
export const tfliteToleranceSteps = 32;

/** Errors FILE_NOT_READABLE, INPUT_INVALID (bytes of another length), CANDIDATE_INVALID (a .tflite of another shape). */
export async function foreignExpectation(
  { expectPath, tflitePath, toleranceSteps }: ExpectationRequest,
  model: ForeignModel,
  input: Int8Array,
): Promise<Expectation | undefined> {
  if (expectPath !== undefined) {
    const content = await readExpected(expectPath);
    return expectedBytes(
      content,
      { what: expectPath, from: `file ${basename(expectPath)}` },
      model,
      toleranceSteps,
    );
  }
  if (tflitePath === undefined) return undefined;
  const { network } = await loadCandidate(tflitePath);
  const names = { what: tflitePath, from: `reference interpreter on ${basename(tflitePath)}` };
  return expectedOfNetwork(network, names, model, input, toleranceSteps);
}

/** What the expectation is called in errors, and in the record. */
interface ExpectationNames {
  readonly what: string;
  readonly from: string;
}

type ModelSize = Pick<ForeignModel, 'inputBytes' | 'outputBytes' | 'outputs'>;

/** Error INPUT_INVALID where the length is another. */
export function expectedBytes(
  content: Uint8Array,
  { what, from }: ExpectationNames,
  { outputBytes }: ModelSize,
  toleranceSteps: number,
): Expectation {
  if (content.length !== outputBytes) {
    throw new FarmError(
      'INPUT_INVALID',
      `the expected output ${what} has ${content.length} bytes, expected ${outputBytes}`,
    );
  }
  return { output: new Int8Array(content.buffer, content.byteOffset, content.length), from, toleranceSteps };
}

/** What the network that code was generated from answers. Error CANDIDATE_INVALID where it has another shape. */
export function expectedOfNetwork(
  network: Network,
  { what, from }: ExpectationNames,
  model: ModelSize,
  input: Int8Array,
  toleranceSteps: number,
): Expectation {
  const { graph } = network;
  const sizeOf = (ids: readonly number[]): number =>
    ids.reduce((sum, id) => sum + graph.tensors[id]!.shape.reduce((size, side) => size * side, 1), 0);
  const [inputBytes, outputBytes] = [sizeOf(graph.inputs), sizeOf(graph.outputs)];
  if (inputBytes !== model.inputBytes || outputBytes !== model.outputBytes) {
    throw new FarmError(
      'CANDIDATE_INVALID',
      `${what} takes ${inputBytes} bytes and answers ${outputBytes}, the generated code ${model.inputBytes} and ${model.outputBytes}: expected the .tflite that the code was generated from, at the same size`,
    );
  }
  const outputs = inOrderOf(model, runNetwork(network, input).outputs);
  return { output: Int8Array.from(outputs.flatMap((output) => [...output])), from, toleranceSteps };
}

/** A detector's table need not have the order of the file: outputs are told apart by their sizes, where these differ. */
function inOrderOf({ outputs: wanted }: ModelSize, outputs: readonly Int8Array[]): readonly Int8Array[] {
  if (new Set(wanted.map(({ bytes }) => bytes)).size !== outputs.length) return outputs;
  const bySize = wanted.map(({ bytes }) => outputs.find((output) => output.length === bytes));
  return bySize.every((output) => output !== undefined) ? bySize : outputs;
}

async function readExpected(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new FarmError(
      'FILE_NOT_READABLE',
      `the expected output ${path} could not be read: ${messageOf(error)}`,
      { cause: error },
    );
  }
}
