import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { FarmError, isFarmError } from '#core';
import type { LoopStep } from '#search';

import type { Fidelity } from '../../../wiring/models.ts';
import { upload, type FarmClient, type ServerEvent } from '../../client/index.ts';
import type { CliContext } from '../../context.ts';
import { createProgress } from '../../output/progress.ts';
import { wishOf, type RunOptions } from './campaign-options.ts';
import { tellOutcome } from './campaign-outcome.ts';
import { assertNotFailed, campaignPath, serverCampaigns, type CampaignSummary } from './campaign-source.ts';
import { Follower } from './follower.ts';

export interface ServerSittingOptions {
  readonly client: FarmClient;
  readonly context: CliContext;
  readonly out?: string | undefined;
  readonly json?: boolean | undefined;
  /** Return at once; the campaign goes on. */
  readonly detach?: boolean | undefined;
}

/** Begins a campaign on the server, and follows it to its end unless it is detached. */
export async function beginOnServer(
  options: RunOptions,
  client: FarmClient,
  context: CliContext,
): Promise<void> {
  if (options.threads !== undefined) {
    throw new FarmError('USAGE_INVALID', '--threads is of a search here, expected none with a server');
  }
  const oracle = await oracleOnServer(options.oracle, client);
  const { target, fidelity: _, oracle: wish, ...rest } = wishOf(options, 'emulated');
  const { name, fidelity, proxy = false } = options;
  const wanted: { name: string | undefined; fidelity: Fidelity | undefined } = { name, fidelity };
  const body = { ...rest, ...wanted, target: target.name, oracle, proxy, oracleTimeoutMs: wish.timeoutMs };
  const { out, json, detach } = options;
  const begun = await client.post<CampaignSummary>('campaigns', body);
  await sitAtServer(begun, { client, context, out, json, detach });
}

/** Has a campaign on the server go on, and follows it. */
export async function resumeOnServer(nameOrId: string, options: ServerSittingOptions): Promise<void> {
  const resumed = await options.client.post<CampaignSummary>(`${campaignPath(nameOrId)}/resume`);
  await sitAtServer(resumed, options);
}

/** A server opens no file and runs no program of its users. */
async function oracleOnServer(spec: string, client: FarmClient): Promise<string> {
  if (spec === 'macs' || /^server:.+$/.test(spec)) return spec;
  const [, file] = /^table:(.+)$/s.exec(spec) ?? [];
  if (file === undefined) {
    throw new FarmError(
      'USAGE_INVALID',
      `--oracle is '${spec}', expected macs, table:FILE or server:NAME on a server, where 'serve --oracle' offers others`,
    );
  }
  // As the command of a report has it.
  if (/^[0-9a-f]{64}$/.test(file) && !existsSync(file)) return spec;
  return `table:${(await upload(client, file, 'table')).hash}`;
}

async function sitAtServer({ id, name }: CampaignSummary, options: ServerSittingOptions): Promise<void> {
  const { client, context, json } = options;
  if (options.detach === true) {
    const again = `'tinyfarm search show ${name}' tells how it stands`;
    context.print(json === true ? JSON.stringify({ id, name }) : `campaign ${name} is running; ${again}`);
    return;
  }
  try {
    await follow(id, name, options);
  } catch (error) {
    if (isFarmError(error, 'INTERRUPTED')) {
      context.note(
        `campaign ${name} goes on on the server; 'search show' tells how it stands, 'search stop' ends it`,
      );
    }
    throw error;
  }
  const source = serverCampaigns(client);
  const campaign = await source.find(id);
  assertNotFailed(campaign);
  const host = new URL(client.url).host.replaceAll(/[^\w.-]/g, '_');
  const folder = options.out ?? join(context.config.homeFolder, 'campaigns', `${name}@${host}`);
  await tellOutcome(campaign, await source.steps(id), { context, folder, json });
}

/** Until it no longer runs. */
async function follow(id: string, name: string, { client, context }: ServerSittingOptions): Promise<void> {
  const source = serverCampaigns(client);
  const { spec } = await source.find(id);
  const before = await source.steps(id);
  const progress = createProgress(context.interactive, context.note);
  const follower = new Follower(spec, before, progress, context.note);
  context.note(`campaign ${name}, seed ${spec.seed}`);
  let last = before.length - 1;
  let doing = '';
  const tell = ({ type, id: number, data }: ServerEvent): void => {
    if (type === 'step') {
      last = Number(number);
      follower.step(data as LoopStep);
    } else if (type === 'stage') {
      const { stage, detail } = data as { stage: string; detail: string | null };
      if (stage !== doing) progress.stage(stage);
      else if (detail !== null) progress.detail(detail);
      doing = stage;
    }
  };
  try {
    for (;;) {
      if (await heardTheEnd(client.events(`${campaignPath(id)}/events`, {}, String(last)), tell)) break;
      progress.done();
      doing = '';
      context.note('the server stopped; waiting for it to come back');
      await untilBack(client, context.signal);
    }
    progress.done();
  } catch (error) {
    progress.failed();
    throw error;
  }
}

/** False where the server stopped before: the next one goes on with the campaign. */
async function heardTheEnd(
  events: AsyncIterable<ServerEvent>,
  tell: (event: ServerEvent) => void,
): Promise<boolean> {
  try {
    for await (const event of events) {
      tell(event);
      if (event.type === 'ended') return true;
    }
  } catch (error) {
    if (!isAway(error)) throw error;
  }
  return false;
}

const awayMs = 120_000;

async function untilBack(client: FarmClient, signal: AbortSignal): Promise<void> {
  const until = performance.now() + awayMs;
  for (;;) {
    try {
      await sleep(500, undefined, { signal });
      await client.get('campaigns');
      return;
    } catch (error) {
      if (signal.aborted) throw new FarmError('INTERRUPTED', 'interrupted', { cause: error });
      if (!isAway(error) || performance.now() > until) throw error;
    }
  }
}

function isAway(error: unknown): boolean {
  return isFarmError(error, 'SERVER_UNREACHABLE') || isFarmError(error, 'FARM_STOPPING');
}
