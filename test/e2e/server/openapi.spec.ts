import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { simulatedBoards } from '../../../apps/server/index.ts';
import type { BoardFacts } from '#farm';

import { backends, type TestDatabase } from '../../support/backends.ts';
import type { JsonSchema, SchemaContext } from '../../support/schema-arbitrary.ts';
import { requestFor, type Operation } from './fuzzed-request.ts';
import { runImagined } from './imagined-campaign.ts';
import { storeCampaign } from './stored-campaign.ts';
import { storeModel } from './stored-model.ts';
import { storeSentinels } from './stored-sentinels.ts';
import { TrialServer, type Answer } from './trial-server.ts';

/** The stricter of those that there are: PostgreSQL takes less for text than SQLite does. */
const backend = backends.findLast(({ missing }) => missing === undefined)!;

/** For campaigns: they search for a target that there is. */
const searched: BoardFacts = {
  id: 'searched',
  target: 'mps2-an386',
  fidelity: 'emulated',
  bench: 'searched',
  tags: [],
};

interface Document {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, JsonSchema> };
}

let server: TrialServer;
let database: TestDatabase;
let document: Document;
let context: SchemaContext;
const ajv = new Ajv2020({ strict: false, allErrors: true });
(addFormats as unknown as (to: Ajv2020) => void)(ajv);

beforeAll(async () => {
  database = await backend.create();
  const store = await database.open();
  await storeModel(store);
  await storeCampaign(store);
  await storeSentinels(store);
  server = await TrialServer.start({
    requestsPerMinute: 1_000_000,
    store,
    boards: [...simulatedBoards(2, 0).boards, searched],
    runCampaign: runImagined,
  });
  ({ body: document } = await server.request('GET', '/openapi.json'));
  ajv.addSchema(document, 'api');
  const candidate = await server.upload('known');
  context = {
    resolve: (ref) => document.components.schemas[ref.split('/').at(-1)!]!,
    known: {
      candidate: [candidate],
      target: ['simulated', 'mps2-an386'],
      board: ['simulated-1', 'simulated-2'],
      // Nothing is called but this.
      url: ['http://127.0.0.1:9/'],
      tags: [[]],
      fidelity: ['emulated'],
    },
  };
});

afterAll(async () => {
  await server.stop();
  await database.remove();
});

/** What the document says of an answer; empty when it is as it says. */
function differences(method: string, path: string, answer: Answer): unknown {
  const { responses } = document.paths[path]![method]!;
  const status = String(answer.status) in responses ? String(answer.status) : 'default';
  const [type, content] = Object.entries(responses[status]!.content ?? {})[0] ?? [];
  if (type === undefined || content === undefined) return answer.body === '' ? [] : 'expected no body';
  if (answer.headers.get('content-type')?.startsWith(type) !== true) {
    return `${answer.headers.get('content-type')}, expected ${type}`;
  }
  if (!type.includes('json')) return [];
  const pointer = [path, method, 'responses', status, 'content', type, 'schema']
    .map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1'))
    .map(encodeURIComponent)
    .join('/');
  const valid = ajv.validate({ $ref: `api#/paths/${pointer}` }, answer.body);
  return valid ? [] : ajv.errors;
}

test('every answer is as the document says', async () => {
  const job = await server.submit('one');
  await expect.poll(async () => (await server.farm.job(job))?.state).toBe('succeeded');
  const detail = (await server.request('GET', `/api/v1/jobs/${job}`)).body;
  const hash = detail.job.candidate.hash as string;
  const result = detail.job.measurementId as string;
  const candidate = { candidate: hash, target: 'simulated' };
  const hour = 3_600_000;
  const campaign = 'kitchen';
  const search = { name: campaign, target: 'mps2-an386' };
  const model = { target: 'imagined', fidelity: 'emulated' };
  const asked: [string, string, Record<string, string>?, unknown?][] = [
    ['get', '/api/v1/candidates/{hash}', { hash }],
    ['post', '/api/v1/jobs', {}, candidate],
    ['post', '/api/v1/jobs', {}, { candidate: 'no' }],
    ['get', '/api/v1/jobs'],
    ['get', '/api/v1/jobs/{id}', { id: job }],
    ['get', '/api/v1/jobs/{id}', { id: 'j999' }],
    ['delete', '/api/v1/jobs/{id}', { id: job }],
    ['post', '/api/v1/batches', {}, { name: 'sweep', jobs: [candidate] }],
    ['get', '/api/v1/batches'],
    ['get', '/api/v1/batches/{id}', { id: 'b1' }],
    ['post', '/api/v1/campaigns', {}, search],
    ['post', '/api/v1/campaigns', {}, { target: 'simulated' }],
    ['get', '/api/v1/campaigns'],
    ['post', '/api/v1/campaigns/{campaign}/stop', { campaign }, { now: true }],
    ['post', '/api/v1/campaigns/{campaign}/resume', { campaign }],
    ['post', '/api/v1/campaigns/{campaign}/resume', { campaign }],
    ['get', '/api/v1/campaigns/{campaign}', { campaign }],
    ['get', '/api/v1/campaigns/{campaign}/report', { campaign }],
    ['get', '/api/v1/campaigns/{campaign}/steps', { campaign: 'earlier' }],
    ['get', '/api/v1/boards'],
    ['get', '/api/v1/boards/{id}', { id: 'simulated-1' }],
    ['put', '/api/v1/boards/{id}/health', { id: 'simulated-1' }, { health: 'good', reason: 'checked' }],
    ['post', '/api/v1/benches/{name}/resume', { name: 'simulated' }],
    ['get', '/api/v1/boards/{id}/sentinels', { id: 'simulated-1' }],
    ['get', '/api/v1/sentinels'],
    ['post', '/api/v1/reservations', {}, { board: 'simulated-1', durationMs: hour }],
    ['get', '/api/v1/boards'],
    ['get', '/api/v1/reservations'],
    ['get', '/api/v1/reservations/{id}', { id: 'r1' }],
    ['post', '/api/v1/reservations/{id}/heartbeat', { id: 'r1' }],
    ['post', '/api/v1/reservations/{id}/console', { id: 'r1' }, { text: 'name%' }],
    ['delete', '/api/v1/reservations/{id}', { id: 'r1' }],
    ['get', '/api/v1/results'],
    ['get', '/api/v1/results/{id}', { id: result }],
    ['get', '/api/v1/results/{id}/artifacts', { id: result }],
    ['get', '/api/v1/results/{id}/artifacts/{name}', { id: result, name: 'console.log' }],
    ['get', '/api/v1/attempts/{id}', { id: detail.attempts[0].id }],
    ['get', '/api/v1/attempts/{id}/log', { id: detail.attempts[0].id }],
    ['get', '/api/v1/models/{target}/{fidelity}', model],
    ['get', '/api/v1/models/{target}/{fidelity}/active', model],
    ['get', '/api/v1/models/{target}/{fidelity}/export', model],
    ['get', '/api/v1/models/{target}/{fidelity}/document', model],
    ['post', '/api/v1/models/{target}/{fidelity}/fit', model],
    ['post', '/api/v1/models/{target}/{fidelity}/rollback', model, { version: 1 }],
    ['post', '/api/v1/models/{target}/{fidelity}/predict', model, { candidates: [hash] }],
    ['get', '/api/v1/drift'],
    ['get', '/api/v1/tokens'],
    ['get', '/api/v1/audit'],
    ['post', '/api/v1/webhooks', {}, { url: 'http://127.0.0.1:9/', types: ['job.ended'] }],
    ['get', '/api/v1/webhooks'],
    ['delete', '/api/v1/webhooks/{id}', { id: 'none' }],
    ['get', '/healthz'],
    ['get', '/readyz'],
    ['get', '/metrics'],
    ['get', '/openapi.json'],
  ];
  // Any schema would do for a list of nothing.
  const empty: string[] = [];
  for (const [method, path, parameters = {}, body] of asked) {
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => parameters[name]!);
    const answer = await server.request(method.toUpperCase(), filled, body);
    expect([method, path, differences(method, path, answer)]).toEqual([method, path, []]);
    if (answer.body?.items?.length === 0) empty.push(`${method} ${path}`);
  }
  // Tokens close the server to the rest of the test: the last one lists them.
  expect(empty).toEqual(['get /api/v1/tokens']);
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  const others = all.filter((each) => !asked.some(([method, path]) => each === `${method} ${path}`));
  // Uploads, streams and tokens: the last test asks for those.
  expect(others).toEqual([
    'post /api/v1/candidates',
    'get /api/v1/campaigns/{campaign}/events',
    'post /api/v1/reservations/{id}/flash',
    'get /api/v1/reservations/{id}/console',
    'get /api/v1/attempts/{id}/console',
    'get /api/v1/events',
    'post /api/v1/tokens',
    'delete /api/v1/tokens/{id}',
  ]);
});

test('whatever body, query, path or header is sent, the server itself never fails', async () => {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
  );
  // Those would keep the connection open, or make tokens that close the server to the rest of the test.
  const tried = operations.filter(
    ({ path, method }) =>
      !(method === 'get' && /events|console$/.test(path)) && !(path.endsWith('/tokens') && method === 'post'),
  );
  const answered = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...tried).chain((operation) => requestFor(operation, context)),
      async ({ method, path, url, body, headers }) => {
        const response = await fetch(`${server.url}${url}`, {
          method: method.toUpperCase(),
          headers: { 'content-type': 'application/json', ...headers },
          ...(method === 'get' || method === 'delete' ? {} : { body }),
        });
        await response.arrayBuffer();
        answered.set(response.status, (answered.get(response.status) ?? 0) + 1);
        expect([method, path, response.status < 500]).toEqual([method, path, true]);
      },
    ),
    { numRuns: 500 },
  );
  // It came further than the first check, too.
  expect([...answered.keys()]).toEqual(expect.arrayContaining([200, 201, 400, 404]));
});

test('uploads, streams and tokens answer as the document says', async () => {
  const raw = async (method: string, path: string, url: string, init: RequestInit): Promise<unknown> => {
    const leave = new AbortController();
    const response = await fetch(`${server.url}${url}`, { method, signal: leave.signal, ...init });
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
    const text = isStream ? '' : await response.text();
    leave.abort();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    const answer = {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(text) : text,
    };
    return [response.status, differences(method.toLowerCase(), path, answer)];
  };
  const octets = { headers: { 'content-type': 'application/octet-stream' } };
  const tflite = { ...octets, body: '\0\0\0\0TFL3 raw' };
  const candidates = '/api/v1/candidates';
  expect(await raw('POST', candidates, `${candidates}?kind=tflite&name=raw`, tflite)).toEqual([201, []]);
  expect(await raw('GET', '/api/v1/events', '/api/v1/events', {})).toEqual([200, []]);
  const searches = '/api/v1/campaigns';
  const told = await raw('GET', `${searches}/{campaign}/events`, `${searches}/earlier/events`, {});
  expect(told).toEqual([200, []]);
  // Requests of the test before may have been taken at their word: boards reserved for hours, or in maintenance.
  for (const { id } of server.farm.reservations()) await server.farm.endReservation(id, 'by the test');
  for (const { id } of server.farm.boards()) await server.farm.setHealth(id, 'good', 'by the test');
  const job = await server.submit('streams');
  await expect.poll(async () => (await server.farm.job(job))?.state).toBe('succeeded');
  const { attempts } = (await server.request('GET', `/api/v1/jobs/${job}`)).body;
  const console = `/api/v1/attempts/${attempts[0].id}/console`;
  expect(await raw('GET', '/api/v1/attempts/{id}/console', console, {})).toEqual([200, []]);
  const body = { board: 'simulated-1', durationMs: 3_600_000 };
  const { id } = (await server.request('POST', '/api/v1/reservations', body)).body;
  // Simulated boards have neither; test/e2e/server/hands.spec.ts asks those that have.
  for (const [method, what] of [
    ['POST', 'flash'],
    ['GET', 'console'],
  ] as const) {
    const path = `/api/v1/reservations/{id}/${what}`;
    expect(await raw(method, path, path.replace('{id}', id), octets)).toEqual([409, []]);
  }
  const created = await server.request('POST', '/api/v1/tokens', { user: 'ann', role: 'admin' });
  expect([created.status, differences('post', '/api/v1/tokens', created)]).toEqual([201, []]);
  // From now on there is a token, and nobody gets in without.
  expect((await server.request('GET', '/api/v1/boards')).status).toBe(401);
  const { token, secret } = created.body;
  const headers = { authorization: `Bearer ${secret}` };
  const listed = await server.request('GET', '/api/v1/tokens', undefined, headers);
  expect(listed.body.items).toHaveLength(1);
  expect(differences('get', '/api/v1/tokens', listed)).toEqual([]);
  const revoked = await server.request('DELETE', `/api/v1/tokens/${token.id}`, undefined, headers);
  expect([revoked.status, differences('delete', '/api/v1/tokens/{id}', revoked)]).toEqual([204, []]);
});
