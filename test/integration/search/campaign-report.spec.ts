import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { runLoop, type Campaign } from '#search';

import { exportCampaign, reportOf } from '../../../apps/wiring/campaign-report.ts';
import { SyntheticWorld } from '../../../libs/search/loop/testing/synthetic-world.ts';
import { syntheticSpec } from '../../support/synthetic-campaign.ts';

const campaign: Campaign = {
  id: 'c1',
  name: 'imagined',
  user: null,
  createdAtMs: 0,
  state: 'stopped',
  stopAsked: false,
  // One of those whose first front loses a member later.
  spec: { ...syntheticSpec, seed: 7 },
};
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tinyfarm-report-'));
});

afterEach(() => rm(folder, { recursive: true }));

test('a report that is written again leaves files of the networks on the front only', async () => {
  const world = new SyntheticWorld();
  await runLoop(campaign.spec, world.services());
  const firstRound = world.steps.slice(0, world.steps.findIndex(({ kind }) => kind === 'fitted') + 1);
  const onFront = (steps: typeof world.steps): string[] =>
    reportOf(campaign, steps)
      .networks.filter((network) => network.onFront)
      .map(({ name }) => name)
      .toSorted();
  const exported = async (): Promise<string[]> => (await readdir(join(folder, 'networks'))).toSorted();

  await exportCampaign(campaign, firstRound, folder);
  const before = onFront(firstRound);
  expect(await exported()).toEqual(before);

  const page = await readFile(await exportCampaign(campaign, world.steps, folder), 'utf8');
  const after = onFront(world.steps);
  expect(before.some((name) => !after.includes(name))).toBe(true);
  expect(await exported()).toEqual(after);
  for (const name of after) expect(page).toContain(`href="networks/${name}/${name}.tflite"`);
});
