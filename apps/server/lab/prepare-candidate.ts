import type { GeneratedCode } from '#codegen';
import { FarmError, isFarmError, messageOf, seededBytes, type ErrorCode } from '#core';
import { readCandidate } from '#network';

import type { PlanWish } from '../../wiring/choose-plan.ts';
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

export type Prepared =
  | { readonly ok: true; readonly prepared: PreparedCandidate }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string };

/** Reads a network, generates its C and computes its answer: seconds of work, for a thread of its own. */
export default async function prepareCandidate(task: PrepareTask): Promise<Prepared> {
  try {
    const candidate = await readCandidate(task.bytes, task.name === undefined ? {} : { name: task.name });
    const code = generateFor(candidate, task.wish);
    const input =
      'seed' in task.input ? seededBytes(code.inputBytes, task.input.seed) : sized(task.input.bytes, code);
    const { name, hash } = candidate;
    const expected = referenceOutput(candidate, input);
    return { ok: true, prepared: { name, hash, code, expected } };
  } catch (error) {
    // Only its message and its code would come through to another thread.
    return { ok: false, code: isFarmError(error) ? error.code : 'INTERNAL', message: messageOf(error) };
  }
}

function sized(bytes: Int8Array, { inputBytes }: GeneratedCode): Int8Array {
  if (bytes.length === inputBytes) return bytes;
  throw new FarmError(
    'INPUT_INVALID',
    `the input has ${bytes.length} bytes, expected ${inputBytes} (raw int8, in the order of the input tensor)`,
  );
}
