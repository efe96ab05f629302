import { FarmError } from '#core';
import type { Job } from '#farm';
import type { Measurement } from '#measurement';

import { writeFileSafely } from '../../../wiring/write-file-safely.ts';
import { assertSucceeded, followJob, upload, type FarmClient } from '../../client/index.ts';
import type { CliContext } from '../../context.ts';
import { measurementDocument } from '../../output/measurement-document.ts';
import { measurementReport } from '../../output/measurement-report.ts';
import { createProgress, type Progress } from '../../output/progress.ts';
import { expectSetting } from './expect-setting.ts';
import type { MeasureOptions } from '../measure.command.ts';
import { refuseLocalOptions } from './local-options.ts';

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
  refuseLocalOptions(options);
  const progress = createProgress(context.interactive, context.note);
  try {
    const kind = options.firmware === undefined ? undefined : 'elf';
    const { measurement, job } = await measurementByJob(path, options, { client, progress, kind });
    if (options.output !== undefined) {
      await writeFileSafely(
        options.output,
        await client.download(`results/${measurement.id}/artifacts/output`),
      );
    }
    context.print(
      options.json === true
        ? JSON.stringify(measurementDocument(measurement), null, 2)
        : measurementReport(measurement),
    );
    if (job.answeredFrom === 'record') {
      context.note('answered from the record; --fresh measures again');
    }
  } catch (error) {
    progress.failed();
    throw error;
  }
}

type JobWish = Pick<MeasureOptions, 'target' | 'board' | 'on' | 'seed' | 'timeout' | 'fresh' | 'input'> &
  Pick<MeasureOptions, 'repeats' | 'warmup' | 'sramLimit' | 'plan' | 'expect' | 'tflite' | 'tolerance'>;

interface JobServices {
  readonly client: FarmClient;
  readonly progress: Progress;
  readonly kind?: 'elf' | undefined;
}

/** Sends a file, and follows the job that measures it. Errors: those of `upload`, the server's, the job's own. */
export async function measurementByJob(
  path: string,
  wish: JobWish,
  { client, progress, kind }: JobServices,
): Promise<{ measurement: Measurement; job: Job }> {
  progress.stage(`sending ${path}`);
  const { hash } = await upload(client, path, kind);
  const { id } = await client.post<Job>('jobs', await requestOf(hash, wish, client));
  const { job } = await followJob(id, { client, progress });
  assertSucceeded(job);
  return { measurement: await client.get<Measurement>(`results/${job.measurementId!}`), job };
}

async function requestOf(hash: string, wish: JobWish, client: FarmClient): Promise<object> {
  const { target, board, on, seed, repeats, warmup, timeout, fresh } = wish;
  const input = wish.input === undefined ? `seed:${seed}` : (await upload(client, wish.input, 'input')).hash;
  return {
    candidate: hash,
    target,
    board,
    // `--on` names what stands here; of a server it says only which of the two kinds of number is wanted.
    fidelity: on === 'board' ? 'hardware' : on === undefined || on === 'auto' ? undefined : 'emulated',
    settings: {
      input,
      repeats,
      warmup,
      timeoutMs: timeout === undefined ? undefined : timeout * 1000,
      sramLimitBytes: wish.sramLimit,
      plan: wish.plan,
      expect: await expectSetting(wish, client),
    },
    fresh,
  };
}
