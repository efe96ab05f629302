import { request as httpRequest } from 'node:http';

import { afterEach, expect, test } from 'vitest';

import type { Role, Store } from '#store';

import { TrialServer } from './trial-server.ts';

let server: TrialServer | undefined;

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function withTokens(): Promise<Record<Role, Record<string, string>>> {
  const secrets: Partial<Record<Role, Record<string, string>>> = {};
  server = await TrialServer.start({
    prepare: async (store: Store) => {
      for (const role of ['viewer', 'submitter', 'operator', 'admin'] as const) {
        const { secret } = await store.tokens.create(`a ${role}`, role, null);
        secrets[role] = { authorization: `Bearer ${secret}` };
      }
    },
  });
  return secrets as Record<Role, Record<string, string>>;
}

test('off loopback the server refuses to start when nobody has a token', async () => {
  await expect(TrialServer.start({ host: '0.0.0.0' })).rejects.toMatchObject({ code: 'TOKENS_MISSING' });
  server = await TrialServer.start({
    host: '0.0.0.0',
    prepare: async (store) => void (await store.tokens.create('ann', 'viewer', null)),
  });
  expect((await server.request('GET', '/api/v1/boards')).status).toBe(401);
});

test('an expired or revoked token opens nothing', async () => {
  let secret = '';
  server = await TrialServer.start({
    prepare: async (store) => {
      ({ secret } = await store.tokens.create('old', 'admin', '2020-01-01T00:00:00.000Z'));
      await store.tokens.create('new', 'admin', null);
    },
  });
  const answer = await server.request('GET', '/api/v1/boards', undefined, {
    authorization: `Bearer ${secret}`,
  });
  expect(answer).toMatchObject({ status: 401, body: { code: 'UNAUTHORIZED' } });
});

test('a role may do what is its own and what is below, and no more', async () => {
  const as = await withTokens();
  const status = async (role: Role, method: string, path: string, body?: unknown): Promise<number> =>
    (await server!.request(method, path, body, as[role])).status;
  expect(await status('viewer', 'GET', '/api/v1/boards')).toBe(200);
  expect(await status('viewer', 'POST', '/api/v1/jobs', {})).toBe(403);
  expect(await status('submitter', 'POST', '/api/v1/jobs', {})).toBe(400);
  const health = { health: 'maintenance', reason: 'cable' };
  expect(await status('submitter', 'PUT', '/api/v1/boards/simulated-1/health', health)).toBe(403);
  expect(await status('operator', 'PUT', '/api/v1/boards/simulated-1/health', health)).toBe(200);
  expect(await status('operator', 'GET', '/api/v1/audit')).toBe(403);
  const { body } = await server!.request('GET', '/api/v1/audit', undefined, as.admin);
  expect(body.items[0]).toMatchObject({
    actor: 'a operator',
    action: 'board.health',
    subject: 'simulated-1',
  });
});

test("a job and a reservation are their owner's, or an operator's", async () => {
  const as = await withTokens();
  const { body } = await server!.request(
    'POST',
    '/api/v1/tokens',
    { user: 'other', role: 'submitter' },
    as.admin,
  );
  const other = { authorization: `Bearer ${body.secret}` };
  const reservation = await server!.request(
    'POST',
    '/api/v1/reservations',
    { board: 'simulated-1', durationMs: 60_000 },
    as.submitter,
  );
  const path = `/api/v1/reservations/${reservation.body.id}`;
  expect((await server!.request('DELETE', path, undefined, other)).status).toBe(403);
  expect((await server!.request('POST', `${path}/heartbeat`, undefined, as.submitter)).status).toBe(200);
  expect((await server!.request('DELETE', path, undefined, as.operator)).status).toBe(204);
  await server!.request('DELETE', `/api/v1/tokens/${body.token.id}`, undefined, as.admin);
  expect((await server!.request('GET', '/api/v1/boards', undefined, other)).status).toBe(401);
});

test('a page of another site cannot use the open server of a developer', async () => {
  server = await TrialServer.start();
  const foreign = await server.request('GET', '/api/v1/boards', undefined, {
    origin: 'https://evil.example',
  });
  expect(foreign.status).toBe(401);
  const { port } = new URL(server.url);
  const status = await new Promise((resolve, reject) => {
    const headers = { host: 'rebound.example' };
    httpRequest({ port, path: '/api/v1/boards', headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
  expect(status).toBe(401);
  const { headers } = await server.request('GET', '/api/v1/boards');
  expect(headers.get('access-control-allow-origin')).toBeNull();
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('x-powered-by')).toBeNull();
});

test('who asks too often is told when to come back', async () => {
  server = await TrialServer.start({ requestsPerMinute: 5 });
  for (let count = 0; count < 5; count++) await server.request('GET', '/api/v1/boards');
  const answer = await server.request('GET', '/api/v1/boards');
  expect(answer).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } });
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
});

test('uploads that are too large, empty or not what they say are refused, and leave nothing', async () => {
  server = await TrialServer.start({ maxUploadBytes: 1000 });
  const upload = async (body: string | Uint8Array, query = 'kind=tflite&name=x'): Promise<unknown> => {
    const response = await fetch(`${server!.url}/api/v1/candidates?${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body,
    });
    return [response.status, ((await response.json()) as { code: string }).code];
  };
  expect(await upload(new Uint8Array(2000))).toEqual([413, 'UPLOAD_TOO_LARGE']);
  expect(await upload('')).toEqual([422, 'CANDIDATE_INVALID']);
  expect(await upload('not a network at all')).toEqual([422, 'CANDIDATE_INVALID']);
  expect(await upload('{}', 'kind=exe&name=x')).toEqual([400, 'USAGE_INVALID']);
  const path = '/api/v1/results/x/artifacts/..%2f..%2fetc%2fpasswd';
  expect((await server.request('GET', path)).status).toBe(404);
});
