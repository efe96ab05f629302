import type { GeneratedCode } from '#codegen';
import { FarmError, isFarmError, messageOf, seededBytes, type ErrorCode } from '#core';
import type { Expectation } from '#measurement';
import { readCandidate } from '#network';

import type { PlanWish } from '../../wiring/choose-plan.ts';
import { expectedOfNetwork } from '../../wiring/foreign-expectation.ts';
import { generateFor } from '../../wiring/load-candidate.ts';
import { referenceOutput } from '../../wiring/measure-candidate.ts';

/** A candidate as it was uploaded. */
export interface PrepareTask {
  readonly bytes: Uint8Array;
  /** Instead of the name in the content; a genotype keeps its own. */
  readonly name: string | undefined;
  readonly input: { readonly seed: number } | { readonly bytes: Int8Array };
  readonly wish: PlanWish;
}

export interface PreparedCandidate {
  readonly name: string;
  readonly hash: string;
  readonly code: GeneratedCode;
  /** The reference interpreter's answer to the input. */
  readonly expected: Int8Array;
}

/** Upstream's code, and the .tflite that it was generated from. */
export interface ForeignReferenceTask {
  readonly bytes: Uint8Array;
  readonly names: Parameters<typeof expectedOfNetwork>[1];
  readonly model: Parameters<typeof expectedOfNetwork>[2];
  readonly input: Int8Array;
  readonly toleranceSteps: number;
}

export type Prepared<T> =
  | { readonly ok: true; readonly prepared: T }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string };

/** Reads a network, generates its C and computes its answer: seconds of work, for a thread of its own. */
export function prepareCandidate(task: PrepareTask): Promise<Prepared<PreparedCandidate>> {
  return answered(async () => {
    const candidate = await readCandidate(task.bytes, task.name === undefined ? {} : { name: task.name });
    const code = generateFor(candidate, task.wish);
    const input =
      'seed' in task.input ? seededBytes(code.inputBytes, task.input.seed) : sized(task.input.bytes, code);
    const { name, hash } = candidate;
    return { name, hash, code, expected: referenceOutput(candidate, input) };
  });
}

/** What upstream's code should answer. */
export function foreignReference(task: ForeignReferenceTask): Promise<Prepared<Expectation>> {
  const { bytes, names, model, input, toleranceSteps } = task;
  return answered(async () => {
    const { network } = await readCandidate(bytes);
    return expectedOfNetwork(network, names, model, sized(input, model), toleranceSteps);
  });
}

/** Only an error's message and its code would come through to another thread. */
async function answered<T>(prepare: () => Promise<T>): Promise<Prepared<T>> {
  try {
    return { ok: true, prepared: await prepare() };
  } catch (error) {
    return { ok: false, code: isFarmError(error) ? error.code : 'INTERNAL', message: messageOf(error) };
  }
}

function sized(bytes: Int8Array, { inputBytes }: Pick<GeneratedCode, 'inputBytes'>): Int8Array {
  if (bytes.length === inputBytes) return bytes;
  throw new FarmError(
    'INPUT_INVALID',
    `the input has ${bytes.length} bytes, expected ${inputBytes} (raw int8, in the order of the input tensor)`,
  );
}
