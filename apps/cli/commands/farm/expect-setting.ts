import { FarmError } from '#core';

import type { ExpectedOutput } from '#farm';

import { upload, type FarmClient } from '../../client/index.ts';

export interface ExpectOptions {
  readonly expect?: string;
  readonly tflite?: string;
  readonly tolerance?: number;
}

/** Of packed code: sends what its output is to be held against. Errors: USAGE_INVALID, those of `upload`. */
export async function expectSetting(
  { expect, tflite, tolerance: toleranceSteps }: ExpectOptions,
  client: FarmClient,
): Promise<ExpectedOutput | undefined> {
  if (expect !== undefined && tflite !== undefined) {
    throw new FarmError('USAGE_INVALID', '--expect and --tflite are both given, expected one of them');
  }
  const path = expect ?? tflite;
  if (path === undefined) {
    if (toleranceSteps === undefined) return undefined;
    throw new FarmError(
      'USAGE_INVALID',
      '--tolerance is given without --expect or --tflite, expected one of them',
    );
  }
  const { hash } = await upload(client, path, expect === undefined ? 'tflite' : 'input');
  return { from: expect === undefined ? 'tflite' : 'bytes', hash, toleranceSteps };
}
