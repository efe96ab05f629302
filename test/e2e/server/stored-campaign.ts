import { runLoop } from '#search';
import type { Store } from '#store';

import { SyntheticWorld } from '../../../libs/search/loop/testing/synthetic-world.ts';
import { syntheticSpec } from '../../support/synthetic-campaign.ts';

/** A campaign `earlier` of the command line, which has ended. */
export async function storeCampaign(store: Store): Promise<void> {
  const id = '9f7f0d5e-0000-4000-8000-000000000009';
  await store.campaigns.create({
    id,
    name: 'earlier',
    spec: syntheticSpec,
    user: null,
    createdAtMs: 1_800_000_000_000,
  });
  let sequence = 0;
  const record = async (step: Parameters<typeof store.campaigns.append>[2]): Promise<void> => {
    await store.campaigns.append(id, sequence++, step);
  };
  await runLoop(syntheticSpec, new SyntheticWorld().services({ record }));
  await store.campaigns.update(id, { state: 'ended' });
}
