import { createHash } from 'node:crypto';

import { afterEach, expect, test } from 'vitest';

import { FarmError } from '#core';
import { createFakeRunner, fakeOutcome, type BoardFacts, type FakeBoard, type FarmEvent } from '#farm';
import type { LoopStep } from '#search';
import type { Role, Store } from '#store';

import { runImagined } from './imagined-campaign.ts';
import { readEvents, TrialServer } from './trial-server.ts';

const small = {
  target: 'mps2-an386',
  limits: { sramBytes: 60_000 },
  budget: { measurements: 6 },
  batchSize: 3,
};
const campaigns = '/api/v1/campaigns';

let server: TrialServer;
const roles: Partial<Record<Role, Record<string, string>>> = {};

afterEach(() => server.stop());

interface Trial {
  readonly fidelity?: BoardFacts['fidelity'];
  readonly board?: FakeBoard;
  readonly tags?: readonly string[];
  readonly prepare?: (store: Store) => Promise<void>;
  readonly offered?: string;
  readonly onFatal?: (error: unknown) => void;
}

async function start({
  fidelity = 'emulated',
  board,
  tags = [],
  prepare,
  offered,
  onFatal,
}: Trial = {}): Promise<void> {
  const boards = [1, 2].map((number): BoardFacts => {
    return { id: `board-${number}`, target: 'mps2-an386', fidelity, bench: 'bench', tags };
  });
  server = await TrialServer.start({
    boards,
    runner: createFakeRunner(board),
    farmSettings: { benchPauseMs: 20, benchPauseMaxMs: 20 },
    runCampaign: runImagined,
    ...(onFatal === undefined ? {} : { onFatal }),
    ...(prepare === undefined ? {} : { prepare }),
    ...(offered === undefined
      ? {}
      : { offeredOracles: new Map([['net', { spec: offered, kind: 'accuracy' as const }]]) }),
  });
}

async function begin(changes: object = {}, as?: Record<string, string>): Promise<string> {
  const { status, body } = await server.request('POST', campaigns, { ...small, ...changes }, as);
  expect([status, body.message]).toEqual([201, null]);
  return body.name as string;
}

async function stateOf(name: string): Promise<string> {
  return (await server.request('GET', `${campaigns}/${name}`)).body.campaign.state as string;
}

async function stepsOf(name: string): Promise<LoopStep[]> {
  return (await server.request('GET', `${campaigns}/${name}/steps`)).body.items as LoopStep[];
}

function farmEvents(): Promise<readonly FarmEvent[]> {
  return server.store.farm.events({ afterSeq: -1, limit: 500 });
}

async function withTokens(store: Store): Promise<void> {
  for (const role of ['viewer', 'submitter', 'operator'] as const) {
    const { secret } = await store.tokens.create(`a ${role}`, role, null);
    roles[role] = { authorization: `Bearer ${secret}` };
  }
  const { secret } = await store.tokens.create('another', 'submitter', null);
  roles.admin = { authorization: `Bearer ${secret}` };
}

/** A board on which everything takes until it is let go. */
function heldBoard(): { board: FakeBoard; release: () => void } {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const board: FakeBoard = async (task, lease) => {
    await Promise.race([
      held,
      new Promise((_, reject) =>
        lease.signal.addEventListener('abort', () => reject(lease.signal.reason as Error)),
      ),
    ]);
    return fakeOutcome(task);
  };
  return { board, release };
}

test('a campaign measures its networks as jobs of whoever began it, and tells of it as it goes', async () => {
  await start();
  const name = await begin();
  expect(name).toBe('mps2-an386-1');
  const seen = await readEvents(`${server.url}${campaigns}/${name}/events`, (events) =>
    events.some(({ event }) => event === 'ended'),
  );
  const steps = await stepsOf(name);
  expect(seen.filter(({ event }) => event === 'step').map(({ data }) => data)).toEqual(steps);
  expect(seen.at(-1)).toMatchObject({ event: 'ended', data: { state: 'ended', message: null } });
  const round = ['proposed', 'outcome', 'outcome', 'outcome', 'fitted'];
  expect(steps.map(({ kind }) => kind)).toEqual([...round, ...round, 'ended']);
  const { body: jobs } = await server.request('GET', '/api/v1/jobs');
  expect(jobs.total).toBe(6);
  for (const job of jobs.items) {
    expect(job).toMatchObject({ user: 'local', state: 'succeeded', settings: { plan: 'quick', repeats: 1 } });
  }
  const measured = steps.flatMap((step) => (step.kind === 'outcome' ? [step.outcome] : []));
  const ids = measured.map((outcome) => (outcome.status === 'measured' ? outcome.measurementId : ''));
  expect(ids.toSorted()).toEqual(
    jobs.items.map((job: { measurementId: string }) => job.measurementId).toSorted(),
  );

  const detail = (await server.request('GET', `${campaigns}/${name}`)).body;
  expect(detail).toMatchObject({
    campaign: { name, user: 'local', state: 'ended', fidelity: 'emulated' },
    stage: null,
    steps: 11,
  });
  const told = (await farmEvents()).filter(({ type }) => type.startsWith('campaign.'));
  const types = ['campaign.started', 'campaign.round', 'campaign.round', 'campaign.ended'];
  expect(told.map(({ type }) => type)).toEqual(types);
  expect(told.at(-1)).toMatchObject({
    user: 'local',
    data: { name, reason: 'measurements', state: 'ended' },
  });
  const report = await server.request('GET', `${campaigns}/${name}/report`);
  expect(report.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(report.body).toContain(`--target mps2-an386`);
  const later = await readEvents(
    `${server.url}${campaigns}/${name}/events`,
    (events) => events.some(({ event }) => event === 'ended'),
    { 'last-event-id': '8' },
  );
  expect(later.map(({ id, event }) => `${id} ${event}`)).toEqual(['9 step', '10 step', '10 ended']);
});

test('on boards it measures cycles, with the repeats of any measurement, and only on those with its tags', async () => {
  await start({ fidelity: 'hardware', tags: ['bench-2'] });
  const name = await begin({ tags: ['bench-2'] });
  await expect.poll(() => stateOf(name)).toBe('ended');
  const { body: jobs } = await server.request('GET', '/api/v1/jobs');
  for (const job of jobs.items) {
    expect(job.selector).toMatchObject({ fidelity: 'hardware', tags: ['bench-2'] });
    expect(job.settings.repeats).toBe(10);
  }
  const { body } = await server.request('GET', `${campaigns}/${name}`);
  expect(body.spec.command).toContain('--tag bench-2 --fidelity hardware');
  const report = (await server.request('GET', `${campaigns}/${name}/report`)).body as string;
  expect(report).toContain('cycles');
  const wrong = await server.request('POST', campaigns, { ...small, tags: ['bench-3'] });
  expect(wrong).toMatchObject({ status: 400, body: { code: 'BOARD_UNKNOWN' } });
});

test('a network that cannot run is an answer; what is a board’s fault fails the campaign, and leaves no job behind', async () => {
  let broken = true;
  let first: string | undefined;
  await start({
    board: (task) => {
      first ??= task.candidate.name;
      if (task.candidate.name === first) throw new FarmError('OUTPUT_MISMATCH', 'two bytes differ');
      if (broken) throw new FarmError('TOOLCHAIN_MISSING', 'no compiler');
      return fakeOutcome(task);
    },
  });
  const name = await begin();
  await expect.poll(() => stateOf(name)).toBe('failed');
  const { campaign } = (await server.request('GET', `${campaigns}/${name}`)).body;
  expect(campaign.code).toBe('TOOLCHAIN_MISSING');
  expect(campaign.message).toMatch(/^job j\d+ of net\d+ failed: no compiler$/);
  await expect.poll(() => server.farm.counts().open).toBe(0);
  broken = false;
  expect((await server.request('POST', `${campaigns}/${name}/resume`)).status).toBe(202);
  await expect.poll(() => stateOf(name)).toBe('ended');
  const { campaign: after } = (await server.request('GET', `${campaigns}/${name}`)).body;
  expect(after).toMatchObject({ message: null, code: null });
  const outcomes = (await stepsOf(name)).flatMap((step) => (step.kind === 'outcome' ? [step.outcome] : []));
  expect(outcomes.filter(({ status }) => status === 'failed')).toMatchObject([
    { key: first, code: 'OUTPUT_MISMATCH', message: 'two bytes differ' },
  ]);
});

test('where the store is lost the server says so and stops, and the campaign stays as one to go on with', async () => {
  const fatal: unknown[] = [];
  await start({ onFatal: (error) => void fatal.push(error), board: heldBoard().board });
  const name = await begin();
  const { campaigns: kept } = server.store;
  const update = kept.update.bind(kept);
  kept.update = async (id, change) => {
    if (change.state !== undefined) throw new FarmError('STORE_FAILED', 'no space left on device');
    await update(id, change);
  };
  await expect.poll(() => server.farm.counts().running).toBe(2);
  await server.request('POST', `${campaigns}/${name}/stop`, { now: true });
  expect(fatal).toMatchObject([{ code: 'STORE_FAILED', message: 'no space left on device' }]);
  expect(await stateOf(name)).toBe('running');
});

test('stopped, it ends after its round; stopped now, it gives its jobs up; resumed, it goes on', async () => {
  const { board, release } = heldBoard();
  await start({ board });
  const name = await begin();
  await expect.poll(() => server.farm.counts().running).toBe(2);
  const stop = (body: object) => server.request('POST', `${campaigns}/${name}/stop`, body);
  expect(await stop({})).toMatchObject({ status: 202, body: { state: 'running', stopAsked: true } });
  const now = await stop({ now: true });
  expect(now).toMatchObject({ status: 202, body: { state: 'stopped', stopAsked: false } });
  await expect.poll(() => server.farm.counts().open).toBe(0);
  const { items } = (await server.request('GET', '/api/v1/jobs')).body;
  expect(items.map((job: { state: string }) => job.state)).toEqual(['cancelled', 'cancelled', 'cancelled']);
  expect(await stop({})).toMatchObject({
    status: 409,
    body: { message: `campaign ${name} is stopped, expected one that runs on the server` },
  });

  const resume = () => server.request('POST', `${campaigns}/${name}/resume`);
  expect(await resume()).toMatchObject({ status: 202, body: { state: 'running' } });
  expect(await resume()).toMatchObject({ status: 409, body: { message: `campaign ${name} is running` } });
  await stop({});
  release();
  await expect.poll(() => stateOf(name)).toBe('stopped');
  expect((await stepsOf(name)).at(-1)).toMatchObject({ kind: 'ended', reason: 'asked' });
  expect(await resume()).toMatchObject({ status: 202 });
  await expect.poll(() => stateOf(name)).toBe('ended');
  expect(await resume()).toMatchObject({
    status: 409,
    body: { message: `campaign ${name} has ended, and cannot be resumed` },
  });
});

test('whose it is, who may see it and who may stop it', async () => {
  const { board } = heldBoard();
  await start({ board, prepare: withTokens });
  const owner = roles.submitter!;
  expect((await server.request('POST', campaigns, small, roles.viewer)).status).toBe(403);
  const name = await begin({}, owner);
  const stop = (as: Record<string, string>) =>
    server.request('POST', `${campaigns}/${name}/stop`, { now: true }, as);
  expect((await server.request('GET', `${campaigns}/${name}`, undefined, roles.viewer)).status).toBe(200);
  expect((await stop(roles.viewer!)).status).toBe(403);
  expect(await stop(roles.admin!)).toMatchObject({
    status: 403,
    body: { message: `campaign ${name} is a submitter's, expected its owner or an operator` },
  });
  expect((await stop(owner)).status).toBe(202);
  expect((await server.request('POST', `${campaigns}/${name}/resume`, {}, roles.admin)).status).toBe(403);
  expect((await server.request('POST', `${campaigns}/${name}/resume`, {}, roles.operator)).status).toBe(202);
  expect((await stop(roles.operator!)).status).toBe(202);
});

test('no more than eight run at once, and a name is taken once', async () => {
  const { board } = heldBoard();
  await start({ board });
  const begun = Array.from({ length: 9 }, (_, index) =>
    server.request('POST', campaigns, { ...small, seed: index }),
  );
  const statuses = (await Promise.all(begun)).map(({ status }) => status);
  expect(statuses.toSorted((a, b) => a - b)).toEqual([...Array.from({ length: 8 }, () => 201), 409]);
  const { items } = (await server.request('GET', campaigns)).body;
  expect(new Set(items.map(({ name }: { name: string }) => name)).size).toBe(8);
  expect((await server.request('GET', '/metrics')).body).toContain('\ntinyfarm_campaigns_running 8\n');
  const full = await server.request('POST', campaigns, small);
  expect(full.body.message).toBe('8 campaigns are running, expected fewer than 8: stop one, or wait');
  await server.request('POST', `${campaigns}/mps2-an386-1/stop`, { now: true });
  const taken = await server.request('POST', campaigns, { ...small, name: 'mps2-an386-2' });
  expect(taken).toMatchObject({ status: 409, body: { message: 'there is a campaign mps2-an386-2 already' } });
});

test('a table that was uploaded answers by its name; a wrong one is refused where the campaign is begun', async () => {
  await start({ offered: 'program:false' });
  const table = async (text: string): Promise<string> => {
    const response = await fetch(`${server.url}/api/v1/candidates?kind=table&name=scores.csv`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: text,
    });
    expect(response.status).toBe(201);
    return `table:${createHash('sha256').update(text).digest('hex')}`;
  };
  const name = await begin({ oracle: await table('net1,0.5\n') });
  const { body } = await server.request('GET', `${campaigns}/${name}`);
  expect(body.spec.oracle).toMatchObject({
    kind: 'accuracy',
    spec: expect.stringMatching(/^table:/) as string,
  });
  const offered = await begin({ oracle: 'server:net' });
  const kindOf = async (other: string) =>
    (await server.request('GET', `${campaigns}/${other}`)).body.spec.oracle.kind;
  expect(await kindOf(offered)).toBe('accuracy');
  // Whoever calls it a proxy has it called one.
  expect(await kindOf(await begin({ oracle: 'server:net', proxy: true }))).toBe('proxy');
  await expect.poll(() => stateOf(offered)).toBe('ended');

  const refused = async (oracle: string) => {
    const { status, body: problem } = await server.request('POST', campaigns, { ...small, oracle });
    return [status, problem.message];
  };
  expect(await refused(await table('net1,much\n'))).toEqual([
    422,
    expect.stringMatching(/^table scores\.csv, line 1: .*expected a key and a finite score$/),
  ]);
  expect(await refused('server:none')).toEqual([400, "the server has no oracle 'none', expected server:net"]);
  expect(await refused('program:cat /etc/passwd')).toEqual([
    400,
    "the oracle is 'program:cat /etc/passwd', expected macs, table:HASH of an upload, or server:net",
  ]);
  expect(await refused('http://127.0.0.1:9/')).toEqual([
    400,
    expect.stringContaining('expected macs, table:HASH'),
  ]);
  expect(await refused(`table:${'0'.repeat(64)}`)).toEqual([
    404,
    expect.stringContaining('there is no table 000'),
  ]);
  expect(await refused('table:/etc/passwd')).toEqual([
    400,
    expect.stringContaining('expected macs, table:HASH'),
  ]);
});

test.each([
  [{ target: 'mps2-an999' }, 'TARGET_UNKNOWN', /mps2-an999 is unknown/],
  [{ target: undefined }, 'USAGE_INVALID', /wrong at target/],
  [{ fidelity: 'hardware' }, 'BOARD_UNKNOWN', /no board has target mps2-an386 and fidelity hardware/],
  [{ resolutions: [] }, 'USAGE_INVALID', /wrong at resolutions/],
  [{ name: '../up' }, 'USAGE_INVALID', /wrong at name/],
  [{ objectives: ['speed'] }, 'USAGE_INVALID', /wrong at objectives\.0/],
  [{ budget: { measurements: 0 } }, 'USAGE_INVALID', /wrong at budget\.measurements/],
  [{ shares: { exploration: 2 } }, 'USAGE_INVALID', /wrong at shares\.exploration/],
  [{ fromModel: true }, 'MODEL_UNKNOWN', /there is no emulated latency model of mps2-an386 yet/],
  [{ extra: 1 }, 'USAGE_INVALID', /Unrecognized key/],
])('%j is refused, and nothing is begun', async (changes, code, message) => {
  await start();
  const { status, body } = await server.request('POST', campaigns, { ...small, ...changes });
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  expect(body).toMatchObject({ code, message: expect.stringMatching(message) as string });
  expect((await server.request('GET', campaigns)).body.items).toEqual([]);
});

test('a campaign that is not there', async () => {
  await start();
  for (const [method, path] of [
    ['GET', ''],
    ['GET', '/steps'],
    ['GET', '/events'],
    ['GET', '/report'],
    ['POST', '/stop'],
    ['POST', '/resume'],
  ] as const) {
    const { status, body } = await server.request(
      method,
      `${campaigns}/none${path}`,
      method === 'POST' ? {} : undefined,
    );
    expect([path, status, body.message]).toEqual([path, 404, 'there is no campaign none']);
  }
});
