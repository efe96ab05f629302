import { FarmError } from '#core';
import type { Measurement } from '#measurement';

import type { FarmClient } from '../../client/index.ts';
import type { CliContext } from '../../context.ts';
import { findMeasurement, recordsOfServer } from '../../find-measurement.ts';
import { createProgress } from '../../output/progress.ts';
import type { CompareOptions, Kind } from '../compare.command.ts';
import { refuseLocalOptions } from './local-options.ts';
import { measurementByJob } from './measure-on-server.ts';

/** The server's measurements of these things: read by their ids, or made by a job each. Errors as of `measureOnServer`. */
export async function compareOnServer(
  things: readonly string[],
  kinds: readonly Kind[],
  options: CompareOptions,
  client: FarmClient,
  context: CliContext,
): Promise<Measurement[]> {
  const folder = things.find((_, i) => kinds[i] === 'codegen');
  if (folder !== undefined) {
    throw new FarmError(
      'USAGE_INVALID',
      `${folder} is a folder, expected it packed for a server: tar -czf code.tar.gz ${folder}, or --local`,
    );
  }
  refuseLocalOptions(options);
  const expected = (['expect', 'tflite', 'tolerance'] as const).find((name) => options[name] !== undefined);
  if (expected !== undefined) {
    throw new FarmError(
      'USAGE_INVALID',
      `--${expected} is of one packed code, expected it with measure, whose record can be compared; or --local`,
    );
  }
  const progress = createProgress(context.interactive, context.note);
  const measured: Measurement[] = [];
  try {
    for (const [i, thing] of things.entries()) {
      if (kinds[i] === 'stored') {
        measured.push(await findMeasurement(recordsOfServer(client), thing));
        continue;
      }
      const wish = { ...options, repeats: 3, warmup: 1 };
      measured.push((await measurementByJob(thing, wish, { client, progress })).measurement);
    }
  } catch (error) {
    progress.failed();
    throw error;
  }
  return measured;
}
