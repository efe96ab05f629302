import { additiveWithoutChoice, macsOnly } from './by-model.mjs';
import { evolution } from './evolution.mjs';
import { ours } from './ours.mjs';
import { random } from './random.mjs';

const seeds = Array.from({ length: 20 }, (_, i) => i + 1);

/** How far each is followed, and with which seeds: what has no chance in it needs one. */
export const strategies = [
  { name: 'random', run: random, measurements: 160, seeds },
  { name: 'MACs only', run: macsOnly, measurements: 40, seeds: [1] },
  { name: 'additive model, no choice', run: additiveWithoutChoice, measurements: 40, seeds },
  { name: 'measure-everything evolution', run: evolution, measurements: 160, seeds },
  { name: 'ours', run: ours, measurements: 40, seeds },
];
