import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { createFakeRunner, fakeOutcome } from '#farm';

import { readEvents, TrialServer, type Answer } from './trial-server.ts';

let server: TrialServer;

beforeAll(async () => {
  server = await TrialServer.start();
});

afterAll(async () => {
  await server.stop();
});

async function ended(on: TrialServer, id: string): Promise<{ state: string; measurementId: string }> {
  await expect.poll(async () => (await on.farm.job(id))?.endedAt, { timeout: 10_000 }).not.toBeNull();
  return (await on.request('GET', `/api/v1/jobs/${id}`)).body.job;
}

test('a candidate is uploaded, measured, and its result and files are read', async () => {
  const id = await server.submit('one');
  const job = await ended(server, id);
  expect(job.state).toBe('succeeded');
  const detail = await server.request('GET', `/api/v1/jobs/${id}`);
  expect(detail.body.attempts).toMatchObject([{ state: 'accepted' }]);
  const result = await server.request('GET', `/api/v1/results/${job.measurementId}`);
  expect(result.body).toMatchObject({ status: 'accepted', target: 'simulated', fidelity: 'emulated' });
  const files = await server.request('GET', `/api/v1/results/${job.measurementId}/artifacts`);
  expect(files.body.items).toMatchObject([{ name: 'console.log' }]);
  const file = await server.request('GET', `/api/v1/results/${job.measurementId}/artifacts/console.log`);
  expect(file.body).toBe('measured one.tflite\n');
  expect(file.headers.get('content-disposition')).toBe('attachment');
  const log = await server.request('GET', `/api/v1/attempts/${detail.body.attempts[0].id}/log`);
  expect(log.body).toBe('measured one.tflite\n');
  const csv = await server.request('GET', '/api/v1/results?format=csv');
  expect(csv.body.split('\n')[0]).toBe(
    'id,candidate,target,board,on,fidelity,status,reason,instructions,cycles,macs,peakSramBytes',
  );
  expect(csv.body).toContain(`${job.measurementId},one.tflite,simulated,`);
});

test('jobs are listed page by page', async () => {
  const ids = [];
  for (const name of ['p1', 'p2', 'p3']) ids.push(await server.submit(name));
  const first = await server.request('GET', '/api/v1/jobs?limit=2');
  expect(first.body.items.map((job: { id: string }) => job.id)).toEqual([ids[2], ids[1]]);
  const second = await server.request('GET', `/api/v1/jobs?limit=2&cursor=${first.body.next}`);
  expect(second.body.items[0].id).toBe(ids[0]);
  for (const id of ids) await ended(server, id);
  const results = async (query: string): Promise<{ items: { id: string }[]; next: string | null }> =>
    (await server.request('GET', `/api/v1/results?board=simulated-1&${query}`)).body;
  const { items: all } = await results('limit=500');
  const paged: { id: string }[] = [];
  for (let cursor = ''; ;) {
    const { items, next } = await results(`limit=1${cursor}`);
    paged.push(...items);
    if (next === null) break;
    cursor = `&cursor=${next}`;
  }
  expect(paged).toEqual(all);
  expect(all.length).toBeGreaterThan(0);
  expect((await server.request('GET', '/api/v1/results?cursor=none')).status).toBe(404);
  expect((await server.request('GET', '/api/v1/jobs?user=nobody')).body).toEqual({
    items: [],
    total: 0,
    next: null,
  });
});

test('a wrong body is answered with what is wrong and where', async () => {
  const answer = await server.request('POST', '/api/v1/jobs', { candidate: 'x', priority: 99, bogus: 1 });
  expect(answer.status).toBe(400);
  expect(answer.body.code).toBe('USAGE_INVALID');
  expect(answer.body.issues.map(({ path }: { path: string }) => path)).toEqual(
    expect.arrayContaining(['candidate', 'priority']),
  );
  expect(answer.headers.get('x-request-id')).toBe(answer.body.requestId);
});

test('an expected output is taken with an archive only, and only one that was uploaded', async () => {
  const candidate = await server.upload('expect');
  const submit = async (content: string): Promise<Answer> =>
    server.request('POST', '/api/v1/jobs', {
      candidate: content,
      target: 'simulated',
      settings: { expect: { from: 'bytes', hash: candidate } },
    });
  const network = await submit(candidate);
  expect(network).toMatchObject({ status: 400, body: { code: 'USAGE_INVALID' } });
  expect(network.body.message).toContain('candidate of kind tflite, expected an archive');
  const packed = await fetch(`${server.url}/api/v1/candidates?kind=archive&name=code`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: new Uint8Array([0x1f, 0x8b, 8, 0]),
  });
  const { hash } = (await packed.json()) as { hash: string };
  const archive = await submit(hash);
  expect(archive).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  expect(archive.body.message).toBe(
    `there is no upload ${candidate} of kind input, which settings.expect names`,
  );
});

test('events come live, and a client that comes back misses none', async () => {
  const id = await server.submit('events');
  await ended(server, id);
  const url = `${server.url}/api/v1/events?job=${id}`;
  const all = await readEvents(`${url}&after=0`, (events) => events.length >= 4);
  expect(all.map(({ event }) => event)).toEqual(
    ['job.submitted', 'attempt.started', 'job.stage', 'attempt.ended', 'job.ended'].slice(0, all.length),
  );
  const rest = await readEvents(url, (events) => events.some(({ event }) => event === 'job.ended'), {
    'last-event-id': all[1]!.id,
  });
  expect(rest[0]!.id).toBe(all[2]!.id);
  const live = readEvents(`${server.url}/api/v1/events`, (events) =>
    events.some(({ event }) => event === 'job.ended'),
  );
  await sleep(100);
  const next = await server.submit('live');
  expect((await live).some(({ data }) => (data as { jobId: string }).jobId === next)).toBe(true);
});

test('a webhook is called with a signature, and again after a failure', async () => {
  const calls: { body: string; signature: string }[] = [];
  const receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      calls.push({ body, signature: String(request.headers['x-tinyfarm-signature']) });
      response.statusCode = calls.length === 1 ? 500 : 204;
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const { port } = receiver.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/hook`;
  const { body } = await server.request('POST', '/api/v1/webhooks', { url, types: ['job.ended'] });
  const id = await server.submit('hooked');
  await expect.poll(() => calls.length, { timeout: 10_000 }).toBe(2);
  const [, second] = calls;
  expect(second!.signature).toBe(
    `sha256=${createHmac('sha256', body.secret).update(second!.body).digest('hex')}`,
  );
  expect(JSON.parse(second!.body).events).toMatchObject([{ type: 'job.ended', jobId: id }]);
  await server.request('DELETE', `/api/v1/webhooks/${body.webhook.id}`);
  receiver.close();
});

test('metrics, health and readiness', async () => {
  expect((await server.request('GET', '/healthz')).body).toEqual({ status: 'ok' });
  expect((await server.request('GET', '/readyz')).body).toEqual({ status: 'ready' });
  const { body } = await server.request('GET', '/metrics');
  expect(body).toMatch(/tinyfarm_jobs_ended_total\{state="succeeded",answered_from="attempt"\} \d+/);
  expect(body).toContain('tinyfarm_boards{target="simulated",health="good",state="idle"} 2');
});

test('console lines come live, and a job that waits says why', async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const slow = await TrialServer.start({
    runner: createFakeRunner(async (task, lease) => {
      lease.console('boot');
      await held;
      lease.console('done');
      return fakeOutcome(task);
    }),
    farmSettings: { readyPerBoard: 4 },
  });
  try {
    const [first] = [await slow.submit('a'), await slow.submit('b')];
    const waiting = await slow.submit('c');
    await expect.poll(async () => (await slow.farm.job(first))?.state).toBe('running');
    const detail = await slow.request('GET', `/api/v1/jobs/${waiting}`);
    expect(detail.body.why.text).toContain('0 of 2 boards could take it now; simulated-1 is held by attempt');
    const { body } = await slow.request('GET', `/api/v1/jobs/${first}`);
    const lines = readEvents(
      `${slow.url}/api/v1/attempts/${body.attempts[0].id}/console`,
      (all) => all.length === 2,
    );
    await sleep(50);
    release();
    expect((await lines).map(({ data }) => (data as { text: string }).text)).toEqual(['boot', 'done']);
  } finally {
    release();
    const startMs = performance.now();
    await slow.stop();
    // Clients keep connections open for their next request; the server does not wait for that.
    expect(performance.now() - startMs).toBeLessThan(20_000);
  }
});
