import { afterAll, beforeAll, expect, test } from 'vitest';

import { formatGenotype, seededRandom } from '#network';

import { randomTinyNas } from '../../../libs/latency/testing/random-tiny-nas.ts';
import { raisedFlag, storeModel } from './stored-model.ts';
import { TrialServer } from './trial-server.ts';

const path = '/api/v1/models/imagined/emulated';
let server: TrialServer;

beforeAll(async () => {
  server = await TrialServer.start({ prepare: storeModel });
});

afterAll(async () => {
  await server.stop();
});

test('versions are listed, shown, exported, and rolled back by hand', async () => {
  const listed = await server.request('GET', path);
  expect(listed.body).toMatchObject({
    items: [
      { version: 2, rows: 8 },
      { version: 1, rows: 5 },
    ],
  });
  const back = await server.request('POST', `${path}/rollback`, { version: 1 });
  expect(back).toMatchObject({ status: 200, body: { version: 1, active: true } });
  const active = await server.request('GET', `${path}/active`);
  expect(active.body).toMatchObject({ version: 1, unit: 'instructions', errors: { networks: 5 } });
  const exported = await server.request('GET', `${path}/export`);
  expect(exported.body).toMatchObject({ format: 'tinyfarm-latency-export/1', target: 'imagined' });
});

test('uploaded candidates are predicted with an interval', async () => {
  const genotype = randomTinyNas(seededRandom(9), { width: 0.4, resolution: 96 });
  const uploaded = await fetch(`${server.url}/api/v1/candidates?kind=genotype&name=${genotype.name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: JSON.stringify(formatGenotype(genotype)),
  });
  const { hash } = (await uploaded.json()) as { hash: string };
  const { status, body } = await server.request('POST', `${path}/predict`, { candidates: [hash] });
  expect(status).toBe(200);
  expect(body).toMatchObject({ unit: 'instructions', items: [{ candidate: hash, outOfRange: false }] });
  const [{ low, cost, high }] = body.items as [{ low: number; cost: number; high: number }];
  expect(low).toBeLessThan(cost);
  expect(high).toBeGreaterThan(cost);
});

test('drift flags are listed by target', async () => {
  expect((await server.request('GET', '/api/v1/drift?target=imagined')).body).toEqual({
    items: [raisedFlag],
  });
  expect((await server.request('GET', '/api/v1/drift?target=another')).body).toEqual({ items: [] });
});

test.each([
  ['GET', '/api/v1/models/another/emulated/active', undefined, 404, 'MODEL_UNKNOWN'],
  ['GET', '/api/v1/models/imagined/imaginary/active', undefined, 400, 'USAGE_INVALID'],
  ['POST', `${path}/rollback`, { version: 7 }, 404, 'MODEL_UNKNOWN'],
  ['POST', `${path}/rollback`, { version: 'two' }, 400, 'USAGE_INVALID'],
  ['POST', `${path}/predict`, { candidates: ['0'.repeat(64)] }, 404, 'NOT_FOUND'],
  ['POST', `${path}/predict`, { candidates: [] }, 400, 'USAGE_INVALID'],
])('%s %s with %j is answered with %i', async (method, url, body, status, code) => {
  expect(await server.request(method, url, body)).toMatchObject({ status, body: { code } });
});
