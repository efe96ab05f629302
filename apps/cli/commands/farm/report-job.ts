import type { Batch, FarmEvent, Job } from '#farm';
import type { Measurement } from '#measurement';

import { assertSucceeded, followJob, type FarmClient, type JobDetail } from '../../client/index.ts';
import type { CliContext } from '../../context.ts';
import { measurementDocument } from '../../output/measurement-document.ts';
import { measurementReport } from '../../output/measurement-report.ts';
import { createProgress } from '../../output/progress.ts';
import { table } from '../../output/table.ts';
import { jobRow, jobHeadings } from './job-table.ts';

export interface ReportOptions {
  readonly client: FarmClient;
  readonly follow?: boolean;
  readonly console?: boolean;
  readonly json?: boolean;
}

/** A job or a batch as it is, or as it ends; the failure of a job that was followed is thrown. */
export async function reportJob(id: string, options: ReportOptions, context: CliContext): Promise<void> {
  await (/^b\d+$/.test(id) ? reportBatch(id, options, context) : reportOne(id, options, context));
}

async function reportOne(id: string, options: ReportOptions, context: CliContext): Promise<void> {
  const { client } = options;
  const detail = options.follow === true ? await follow(id, options, context) : await read(id, client);
  const { job } = detail;
  const measurement =
    job.measurementId === null ? undefined : await client.get<Measurement>(`results/${job.measurementId}`);
  if (options.json === true) {
    const shown = measurement === undefined ? null : measurementDocument(measurement);
    context.print(JSON.stringify({ ...detail, measurement: shown }, null, 2));
  } else {
    context.print(summary(detail));
    if (measurement !== undefined) context.print(`\n${measurementReport(measurement)}`);
  }
  if (options.follow === true) assertSucceeded(job);
}

function read(id: string, client: FarmClient): Promise<JobDetail> {
  return client.get<JobDetail>(`jobs/${encodeURIComponent(id)}`);
}

/** Console lines would be drawn over by a spinner: with them the stages are plain lines. */
async function follow(
  id: string,
  { client, console }: ReportOptions,
  { interactive, note }: CliContext,
): Promise<JobDetail> {
  const progress = createProgress(interactive && console !== true, note);
  try {
    return await followJob(id, {
      client,
      progress,
      ...(console === true ? { onConsole: ({ boardId, text }) => note(`${boardId} | ${text}`) } : {}),
    });
  } catch (error) {
    progress.failed();
    throw error;
  }
}

/** What it is, what became of it, and each of its attempts. */
function summary({ job, attempts, why }: JobDetail): string {
  const from = job.answeredFrom === null ? '' : `, answered from ${answers[job.answeredFrom]}`;
  const lines = [
    `${job.id} ${job.candidate.name} on ${job.selector.board ?? job.selector.target}: ${job.state}${from}`,
  ];
  if (job.failure !== null) {
    lines.push(`why       ${job.failure.message} [${job.failure.code}, blame: ${job.failure.blame}]`);
  }
  if (why !== null) {
    lines.push(`now       ${why.text}`);
    for (const { board, obstacle } of why.boards)
      lines.push(`board     ${board} ${obstacle ?? 'could take it now'}`);
  }
  for (const { id, boardId, state, stage, failure } of attempts) {
    const last = state === 'running' ? stage : (failure?.message ?? '');
    lines.push(`attempt   ${id} on ${boardId}: ${state}${last === '' ? '' : `, ${last}`}`);
  }
  return lines.join('\n');
}

const answers: Readonly<Record<NonNullable<Job['answeredFrom']>, string>> = {
  attempt: 'an attempt of its own',
  record: 'the record',
  shared: 'the attempt of another job',
};

async function reportBatch(id: string, options: ReportOptions, context: CliContext): Promise<void> {
  const { client } = options;
  const read = (): Promise<Batch> => client.get<Batch>(`batches/${id}`);
  let batch = await read();
  if (options.follow === true && batch.state === 'open')
    batch = await followBatch(batch, client, context, read);
  const jobs = await client.get<{ items: Job[] }>('jobs', { batch: id, limit: 500 });
  if (options.json === true) {
    context.print(JSON.stringify({ batch, jobs: jobs.items }, null, 2));
    return;
  }
  context.print(batchLine(batch));
  context.print(table(jobHeadings, jobs.items.map(jobRow)));
}

function batchLine({ id, name, state, accepted, want, ended, size }: Batch): string {
  return `${id} ${name}: ${state}, ${accepted} accepted of ${want} wanted, ${ended} of ${size} ended`;
}

async function followBatch(
  batch: Batch,
  client: FarmClient,
  context: CliContext,
  read: () => Promise<Batch>,
): Promise<Batch> {
  const progress = createProgress(context.interactive, context.note);
  progress.stage(batchLine(batch));
  for await (const { type, data } of client.events('events', {}, '0')) {
    const event = data as FarmEvent;
    if (type === 'job.ended') progress.detail(`${event.jobId} ${String(event.data['state'])}`);
    if (type === 'batch.ended' && event.data['batch'] === batch.id) break;
  }
  progress.done();
  return read();
}
