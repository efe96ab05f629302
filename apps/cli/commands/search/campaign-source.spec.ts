import { expect, test } from 'vitest';

import { syntheticSpec } from '../../../../test/support/synthetic-campaign.ts';
import type { FarmClient } from '../../client/index.ts';
import { serverCampaigns } from './campaign-source.ts';

/** A server whose campaign and network have these names. */
function naming(campaign: string, network: string): Pick<FarmClient, 'get'> {
  const summary = { id: '1', name: campaign, message: null, code: null, createdAt: '2026-01-01T00:00:00Z' };
  const step = { kind: 'proposed', proposals: [{ genotype: { name: network } }] };
  const answers = [
    { campaign: summary, spec: syntheticSpec },
    { items: [step], next: null },
  ];
  return { get: async <T>(path: string) => answers[path.endsWith('/steps') ? 1 : 0] as T };
}

test.each(['../../home', '..', '/etc', 'a/b', 'a\\b', ''])(
  "a server's name '%s' is not made a file here",
  async (name) => {
    const refused = {
      code: 'PROTOCOL_ERROR',
      message: expect.stringContaining(`the name '${name}'`) as string,
    };
    await expect(serverCampaigns(naming(name, 'nas-r48')).find('1')).rejects.toMatchObject(refused);
    await expect(serverCampaigns(naming('kitchen', name)).steps('1')).rejects.toMatchObject(refused);
  },
);

test('usual names pass', async () => {
  const source = serverCampaigns(naming('mps2-an386-1', 'nas-r48-12582a2a'));
  expect(await source.find('1')).toMatchObject({ name: 'mps2-an386-1' });
  expect(await source.steps('1')).toHaveLength(1);
});
