import type { LayerShape } from '../layers/index.ts';
import type { FeatureCounts } from './counts.ts';

/** tf_fully_connected_s8: four outputs at a time, by steps of four inputs, in rounds of four steps. */
export function denseCounts({ inChannels, outChannels }: LayerShape): FeatureCounts {
  const groups = Math.ceil(outChannels / 4);
  const steps = Math.ceil(inChannels / 4);
  return {
    'dense.groups': groups,
    'dense.steps': groups * steps,
    'dense.rounds': groups * Math.ceil(steps / 4),
    'dense.tails': Math.min(1, outChannels % 4),
  };
}
