import { tinyNasSpace, runLoop, tinyNasEvolution } from '#search';
import type { Store } from '#store';

import { syntheticOptions, SyntheticWorld } from '../../../libs/search/loop/testing/synthetic-world.ts';

/** A campaign `earlier` of the command line, which has ended. */
export async function storeCampaign(store: Store): Promise<void> {
  const spec = {
    ...syntheticOptions,
    target: 'mps2-an386',
    fidelity: 'emulated',
    tags: [],
    space: tinyNasSpace({ width: 0.2, resolutions: [48], classes: 2 }),
    oracle: { spec: 'macs', kind: 'proxy', timeoutMs: 1000 },
    evolution: tinyNasEvolution,
    command: 'tinyfarm search run --target mps2-an386',
    versions: {},
  } as const;
  const id = '9f7f0d5e-0000-4000-8000-000000000009';
  await store.campaigns.create({ id, name: 'earlier', spec, user: null, createdAtMs: 1_800_000_000_000 });
  let sequence = 0;
  const record = async (step: Parameters<typeof store.campaigns.append>[2]): Promise<void> => {
    await store.campaigns.append(id, sequence++, step);
  };
  await runLoop(spec, new SyntheticWorld().services({ record }));
  await store.campaigns.update(id, { state: 'ended' });
}
