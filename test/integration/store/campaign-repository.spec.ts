import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { CampaignSpec, LoopStep } from '#search';
import type { Store } from '#store';

import { backends, type TestDatabase } from '../../support/backends.ts';

const spec: CampaignSpec = {
  target: 'mps2-an386',
  fidelity: 'hardware',
  tags: ['bench-2'],
  limits: { sramBytes: 131_072, flashBytes: 1_048_576 },
  objectives: ['cost', 'score'],
  budget: { measurements: 8, precision: 0.1 + 0.2 },
  batchSize: 4,
  shares: { exploration: 0.25, boundary: 0.125 },
  seed: 1,
  space: {
    name: 's',
    resolutions: [48],
    inputChannels: 3,
    classes: 2,
    stemChannels: 8,
    firstChannels: 8,
    stages: [],
  },
  oracle: { spec: 'macs', kind: 'proxy', timeoutMs: 1000 },
  evolution: {
    population: 10,
    parents: 2,
    crossovers: 5,
    mutations: 5,
    mutationProbability: 0.1,
    generations: 2,
  },
  command: 'tinyfarm search run',
  versions: { tinyfarm: '0.1.0' },
};
const campaign = {
  id: '9f7f0d5e-0000-4000-8000-000000000001',
  name: 'kitchen',
  spec,
  user: 'ann',
  createdAtMs: 1_800_000_000_000,
};
const ended: LoopStep = { kind: 'ended', reason: 'stalled', elapsedMs: 0.1 + 0.7 };

describe.each(backends)('campaigns on $name', (backend) => {
  let database: TestDatabase;
  let store: Store;

  beforeEach(async (context) => {
    if (backend.missing !== undefined) context.skip(backend.missing);
    database = await backend.create();
    store = await database.open();
  });

  afterEach(async () => {
    if (backend.missing === undefined) await database.remove();
  });

  test('a campaign and its steps come back as they were after the database was closed and opened again', async () => {
    const created = await store.campaigns.create(campaign);
    expect(created).toEqual({ ...campaign, state: 'running', stopAsked: false });
    const outcome = { key: 'a', status: 'failed', code: 'IMAGE_TOO_LARGE', message: 'ü' } as const;
    await store.campaigns.append(campaign.id, 0, { kind: 'outcome', round: 1, outcome, elapsedMs: 3 });
    await store.campaigns.append(campaign.id, 1, ended);
    await store.close();
    store = await database.open();
    expect(await store.campaigns.find('kitchen')).toEqual(created);
    expect(await store.campaigns.find(campaign.id)).toEqual(created);
    expect(await store.campaigns.steps(campaign.id)).toEqual([
      { kind: 'outcome', round: 1, outcome, elapsedMs: 3 },
      ended,
    ]);
  });

  test('a name is taken once, and an unknown one is said', async () => {
    await store.campaigns.create(campaign);
    await expect(store.campaigns.create({ ...campaign, id: 'other' })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'there is a campaign kitchen already',
    });
    await expect(store.campaigns.find('cellar')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('two processes cannot both write a step', async () => {
    await store.campaigns.create(campaign);
    await store.campaigns.append(campaign.id, 0, ended);
    await expect(store.campaigns.append(campaign.id, 0, ended)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await store.campaigns.steps(campaign.id)).toHaveLength(1);
  });

  test('state, message and the wish to stop change; newest campaigns come first', async () => {
    await store.campaigns.create(campaign);
    await store.campaigns.create({
      ...campaign,
      id: 'b',
      name: 'later',
      createdAtMs: campaign.createdAtMs + 1,
    });
    const failed = { state: 'failed', message: 'no compiler', code: 'TOOLCHAIN_MISSING' } as const;
    await store.campaigns.update(campaign.id, { ...failed, stopAsked: true });
    expect((await store.campaigns.list()).map(({ name }) => name)).toEqual(['later', 'kitchen']);
    expect(await store.campaigns.find('kitchen')).toMatchObject({ ...failed, stopAsked: true });
    expect(await store.campaigns.find('later')).toMatchObject({ state: 'running', stopAsked: false });
  });

  test('those of the command line are nobody’s, and what a spec of before servers does not say is emulated', async () => {
    const { fidelity: _, tags: __, ...old } = spec;
    await store.campaigns.create({ ...campaign, user: null, spec: old as CampaignSpec });
    expect(await store.campaigns.find('kitchen')).toMatchObject({
      user: null,
      spec: { fidelity: 'emulated', tags: [] },
    });
  });

  test('steps are counted, and come in pages', async () => {
    await store.campaigns.create(campaign);
    for (const sequence of [0, 1, 2, 3]) {
      await store.campaigns.append(campaign.id, sequence, { ...ended, elapsedMs: sequence });
    }
    const times = async (page: { from?: number; limit?: number }): Promise<number[]> =>
      (await store.campaigns.steps(campaign.id, page)).map(({ elapsedMs }) => elapsedMs);
    expect(await times({ limit: 3 })).toEqual([0, 1, 2]);
    expect(await times({ from: 2 })).toEqual([2, 3]);
    expect(await times({ from: 1, limit: 2 })).toEqual([1, 2]);
    expect(await times({ from: 4 })).toEqual([]);
    expect(await store.campaigns.stepCount(campaign.id)).toBe(4);
    expect(await store.campaigns.stepCount('other')).toBe(0);
  });

  test('a removed campaign is gone with its steps, the others stay', async () => {
    await store.campaigns.create(campaign);
    await store.campaigns.create({ ...campaign, id: 'b', name: 'later' });
    await store.campaigns.append(campaign.id, 0, ended);
    await store.campaigns.append('b', 0, ended);
    await store.campaigns.remove(campaign.id);
    await expect(store.campaigns.find('kitchen')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await store.campaigns.steps(campaign.id)).toEqual([]);
    expect(await store.campaigns.steps('b')).toHaveLength(1);
  });
});
