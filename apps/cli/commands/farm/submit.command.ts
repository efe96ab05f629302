import type { Command } from 'commander';

import { FarmError } from '#core';
import type { Batch, Job } from '#farm';

import { planKinds, type PlanKind } from '../../../wiring/plan-kinds.ts';
import {
  clientFor,
  upload,
  uploadKinds,
  withServer,
  type FarmClient,
  type ServerOption,
  type UploadKind,
} from '../../client/index.ts';
import type { CliContext } from '../../context.ts';
import { durationMs, positiveInteger, wholeNumber } from '../../parse.ts';
import { expectSetting, type ExpectOptions } from './expect-setting.ts';
import { reportJob } from './report-job.ts';

interface SubmitOptions extends ServerOption, ExpectOptions {
  target?: string;
  board?: string;
  tag: string[];
  fidelity?: string;
  kind?: UploadKind;
  seed: number;
  input?: string;
  repeats?: number;
  warmup?: number;
  timeout?: number;
  sramLimit?: number;
  plan?: PlanKind;
  priority?: number;
  by?: string;
  fresh?: boolean;
  want?: number;
  name: string;
  follow?: boolean;
  json?: boolean;
}

export function addSubmitCommand(program: Command, context: CliContext): void {
  withServer(program.command('submit'))
    .description('have a server measure candidates; several make a batch')
    .argument('<candidates...>', 'genotypes, subnets, .tflite files, packed TinyEngine code, or ELF files')
    .option('--target <name>', 'the kind of board')
    .option('--board <name>', 'only this board')
    .option('--tag <tag>', 'only boards with this tag; repeatable', collect, [])
    .option('--fidelity <kind>', 'hardware or emulated; hardware otherwise, where there is any')
    .option(
      '--kind <kind>',
      `what the files are (${uploadKinds.join(', ')}); by their content otherwise`,
      kind,
    )
    .option('--input <file>', 'raw int8 input; without it, one made from --seed')
    .option('--seed <n>', 'seed of the input', wholeNumber('--seed', 0, 999_999_999), 0)
    .option('--repeats <n>', 'timed inferences', wholeNumber('--repeats', 1, 64))
    .option('--warmup <n>', 'inferences before the timed ones', wholeNumber('--warmup', 0, 1000))
    .option('--timeout <seconds>', 'give up on a silent firmware after so long', positiveInteger('--timeout'))
    .option(
      '--sram-limit <bytes>',
      'the cheapest plan whose arena is no larger',
      positiveInteger('--sram-limit'),
    )
    .option('--plan <kind>', `only plans of this kind: ${planKinds.join(', ')}`)
    .option('--expect <file>', 'the right output of packed code, raw int8')
    .option('--tflite <file>', 'what packed code was generated from: its output is held against that')
    .option(
      '--tolerance <steps>',
      'accept outputs that differ by no more, in steps of int8; 0 with --expect, 32 with --tflite',
      wholeNumber('--tolerance', 0, 255),
    )
    .option('--priority <n>', '0 to 9; 9 goes first', wholeNumber('--priority', 0, 9))
    .option('--by <when>', 'a deadline: a time, or how long from now (30m, 2h)')
    .option('--fresh', 'measure again, although the record has the answer')
    .option('--want <n>', 'of a batch: so many accepted measurements are enough', positiveInteger('--want'))
    .option('--name <name>', 'of a batch', 'batch')
    .option('--follow', 'stay until it has ended, and print the measurement')
    .option('--json', 'print one JSON document')
    .action((paths: string[], options: SubmitOptions) => submit(paths, options, context));
}

async function submit(paths: readonly string[], options: SubmitOptions, context: CliContext): Promise<void> {
  const client = clientFor(options, context);
  const settings = await settingsOf(options, client);
  const deadlineAt = options.by === undefined ? undefined : deadline(options.by);
  const jobs: object[] = [];
  for (const path of paths) {
    const { hash } = await upload(client, path, options.kind);
    const { target, board, tag: tags, fidelity, priority, fresh } = options;
    jobs.push({ candidate: hash, target, board, tags, fidelity, settings, priority, fresh, deadlineAt });
  }
  if (jobs.length > 1 || options.want !== undefined) {
    const { want, name } = options;
    const request = { name, want, deadlineAt, jobs };
    const made = await client.post<{ batch: Batch; jobs: string[] }>('batches', request);
    if (options.follow === true)
      return reportJob(made.batch.id, { client, follow: true, ...options }, context);
    context.print(
      options.json === true
        ? JSON.stringify(made, null, 2)
        : `${made.batch.id} wants ${made.batch.want} of ${made.batch.size}: ${made.jobs.join(', ')}`,
    );
    return;
  }
  const job = await client.post<Job>('jobs', jobs[0]);
  if (options.follow === true) return reportJob(job.id, { client, follow: true, ...options }, context);
  context.print(options.json === true ? JSON.stringify(job, null, 2) : `${job.id} ${job.state}`);
}

async function settingsOf(options: SubmitOptions, client: FarmClient): Promise<object> {
  const { seed, repeats, warmup, timeout, sramLimit: sramLimitBytes, plan } = options;
  const input =
    options.input === undefined ? `seed:${seed}` : (await upload(client, options.input, 'input')).hash;
  const timeoutMs = timeout === undefined ? undefined : timeout * 1000;
  const expect = await expectSetting(options, client);
  return { input, repeats, warmup, timeoutMs, sramLimitBytes, plan, expect };
}

function deadline(text: string): string {
  if (/^\d+[smhd]$/.test(text)) return new Date(Date.now() + durationMs('--by')(text)).toISOString();
  const at = new Date(text);
  if (!Number.isNaN(at.getTime())) return at.toISOString();
  throw new FarmError(
    'USAGE_INVALID',
    `--by is '${text}', expected a time, or how long from now such as 30m`,
  );
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

function kind(text: string): UploadKind {
  const known = uploadKinds.find((each) => each === text);
  if (known !== undefined) return known;
  throw new FarmError('USAGE_INVALID', `--kind is '${text}', expected one of ${uploadKinds.join(', ')}`);
}
