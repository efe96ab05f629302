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
  /** Emulated only: for each layer, how many instructions of each class it ran. */
  readonly layerClasses?: readonly Readonly<Record<string, number>>[];
  /** Standard deviation of the measurement, as a share of its cost; 0 where it repeats exactly. */
  readonly relativeNoise: number;
  readonly board?: string;
  /** Networks that resemble each other, such as those of one width and resolution; they are held out together. */
  readonly space?: string;
  /** A network of one operator: fitted to, but never held out, so that no model is judged by it. */
  readonly isOperator?: true;
}
