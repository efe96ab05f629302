import type { Command } from 'commander';

import type { Job } from '#farm';

import { clientFor, withServer, type ServerOption } from '../../client/index.ts';
import type { CliContext } from '../../context.ts';
import { table } from '../../output/table.ts';
import { wholeNumber } from '../../parse.ts';
import { jobHeadings, jobRow } from './job-table.ts';
import { reportJob, type ReportOptions } from './report-job.ts';

interface JobsOptions extends ServerOption {
  state?: string;
  user?: string;
  target?: string;
  board?: string;
  batch?: string;
  limit: number;
  json?: boolean;
}

export function addJobsCommands(program: Command, context: CliContext): void {
  withServer(program.command('jobs'))
    .description('the jobs of a server, newest first')
    .option('--state <states>', 'only queued, running, succeeded, failed, cancelled or expired; with commas')
    .option('--user <name>', 'only of this user')
    .option('--target <name>', 'only for this target')
    .option('--board <name>', 'only for this board')
    .option('--batch <id>', 'only of this batch')
    .option('--limit <n>', 'at most so many', wholeNumber('--limit', 1, 500), 20)
    .option('--json', 'print one JSON document')
    .action((options: JobsOptions) => list(options, context));
  withServer(program.command('job'))
    .description('a job or a batch: how it stands, why it waits, what was measured')
    .argument('<id>', 'such as j12 or b3')
    .option('--follow', 'stay until it has ended, telling each stage')
    .option('--console', "with --follow: the board's console too")
    .option('--json', 'print one JSON document')
    .action((id: string, options: ServerOption & Omit<ReportOptions, 'client'>) =>
      reportJob(id, { ...options, client: clientFor(options, context) }, context),
    );
}

async function list(options: JobsOptions, context: CliContext): Promise<void> {
  const { server: _, json, ...query } = options;
  const page = await clientFor(options, context).get<{ items: Job[]; total: number }>('jobs', { ...query });
  if (json === true) {
    context.print(JSON.stringify(page, null, 2));
    return;
  }
  if (page.total === 0) {
    context.print('no such jobs');
    return;
  }
  context.print(table(jobHeadings, page.items.map(jobRow)));
  if (page.total > page.items.length) context.print(`… ${page.items.length} of ${page.total}`);
}
