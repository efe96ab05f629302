import { FarmError } from '#core';
import type { Job } from '#farm';
import type { Measurement } from '#measurement';

import { writeFileSafely } from '../../../wiring/write-file-safely.ts';
import { assertSucceeded, followJob, upload, type FarmClient } from '../../client/index.ts';
import type { CliContext } from '../../context.ts';
import { measurementDocument } from '../../output/measurement-document.ts';
import { measurementReport } from '../../output/measurement-report.ts';
import { createProgress } from '../../output/progress.ts';
import type { MeasureOptions } from '../measure.command.ts';

/** As a measurement here, with the server's boards. A job that ends without a number throws why. */
export async function measureOnServer(
  candidate: string | undefined,
  options: MeasureOptions,
  client: FarmClient,
  context: CliContext,
): Promise<void> {
  const path = options.firmware ?? candidate;
  if (path === undefined || (options.firmware !== undefined && candidate !== undefined)) {
    throw new FarmError('USAGE_INVALID', 'expected either a candidate or --firmware');
  }
  if (options.engine !== undefined) {
    throw new FarmError(
      'USAGE_INVALID',
      '--engine compiles here; a server takes a packed codegen folder: tar -czf code.tar.gz codegen, and measure that',
    );
  }
  if (options.patches !== undefined) {
    throw new FarmError('USAGE_INVALID', '--patches is planned here; a server takes --plan and --sram-limit');
  }
  const progress = createProgress(context.interactive, context.note);
  try {
    progress.stage(`sending ${path}`);
    const { hash } = await upload(client, path, options.firmware === undefined ? undefined : 'elf');
    const job = await client.post<Job>('jobs', await requestOf(hash, options, client));
    const ended = await followJob(job.id, { client, progress });
    assertSucceeded(ended.job);
    const id = ended.job.measurementId!;
    const measurement = await client.get<Measurement>(`results/${id}`);
    if (options.output !== undefined) {
      await writeFileSafely(options.output, await client.download(`results/${id}/artifacts/output`));
    }
    context.print(
      options.json === true
        ? JSON.stringify(measurementDocument(measurement), null, 2)
        : measurementReport(measurement),
    );
    if (ended.job.answeredFrom === 'record') {
      context.note('answered from the record; --fresh measures again');
    }
  } catch (error) {
    progress.failed();
    throw error;
  }
}

async function requestOf(hash: string, options: MeasureOptions, client: FarmClient): Promise<object> {
  const { target, board, on, seed, repeats, warmup, timeout, fresh } = options;
  const input =
    options.input === undefined ? `seed:${seed}` : (await upload(client, options.input, 'input')).hash;
  return {
    candidate: hash,
    target,
    board,
    // `--on` names what stands here; of a server it says only which of the two kinds of number is wanted.
    fidelity: on === 'qemu' ? 'emulated' : undefined,
    settings: {
      input,
      repeats,
      warmup,
      timeoutMs: timeout === undefined ? undefined : timeout * 1000,
      sramLimitBytes: options.sramLimit,
      plan: options.plan,
    },
    fresh,
  };
}
