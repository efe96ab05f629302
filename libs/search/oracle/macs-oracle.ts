import type { AccuracyOracle } from './oracle.ts';

/** The proxy of TinyNAS: of networks within the limits, the one with more MACs is likely the better (MCUNet, 3.1). */
export const macsOracle: AccuracyOracle = {
  name: 'MACs',
  kind: 'proxy',
  ask: (questions) => Promise.resolve(questions.map(({ macs }) => macs)),
  close: () => Promise.resolve(),
};
