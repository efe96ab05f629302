import type { Measurement } from '#measurement';
import type { NetworkLayers } from '../layers/index.ts';

/** One accepted measurement, as a fit sees it. */
export interface TrainingRow {
  /** Of the measurement. */
  readonly id: string;
  readonly target: string;
  readonly fidelity: Measurement['fidelity'];
  readonly network: NetworkLayers;
  /** In instructions (emulated) or cycles (hardware), of one inference. */
  readonly cost: number;
  /** One for each of `network.layers`, where they were measured. */
  readonly layerCosts?: readonly number[];
  /** Standard deviation of the measurement, as a share of its cost; 0 where it repeats exactly. */
  readonly relativeNoise: number;
  readonly board?: string;
  /** Networks that resemble each other, such as those of one width and resolution; they are held out together. */
  readonly space?: string;
}
