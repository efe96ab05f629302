import { tinyNasEvolution, tinyNasSpace, type CampaignSpec } from '#search';

import { syntheticOptions } from '../../libs/search/loop/testing/synthetic-world.ts';

/** A campaign in a `SyntheticWorld`. */
export const syntheticSpec: CampaignSpec = {
  ...syntheticOptions,
  target: 'mps2-an386',
  fidelity: 'emulated',
  tags: [],
  space: tinyNasSpace({ width: 0.2, resolutions: [48], classes: 2 }),
  oracle: { spec: 'macs', kind: 'proxy', timeoutMs: 1000 },
  evolution: tinyNasEvolution,
  command: 'tinyfarm search run --target mps2-an386',
  versions: {},
};
