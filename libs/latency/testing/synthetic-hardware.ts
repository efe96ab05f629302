import type { LayerShape, NetworkLayer, NetworkLayers } from '../layers/index.ts';
import type { TrainingRow } from '../fit/index.ts';
import { syntheticRows, type SyntheticOptions } from './synthetic-rows.ts';
import { syntheticLayerCost } from './synthetic-costs.ts';

/** Not silicon: cycles of an imagined core by class of instructions, the loads by far the slowest. */
const cyclesOf = { load: 2.6, store: 1.4, multiply: 1, arithmetic: 1, branch: 2.2 } as const;

type Classes = Record<keyof typeof cyclesOf, number>;

/** Bytes of the imagined data cache; beyond it each byte of a layer's images costs a share of a line's refill. */
const cacheBytes = 16 * 1024;
const cyclesPerMissedByte = 0.35;
/** Weights come from a flash with wait states. */
const cyclesPerWeightByte = 0.6;

/** Rows as an emulator that counts classes would give them: instructions, with their classes. */
export function rowsWithClasses(options: SyntheticOptions): TrainingRow[] {
  return syntheticRows({ ...options, layers: true }).map((row) => ({
    ...row,
    layerClasses: row.network.layers.map(classesOf),
  }));
}

/** The same networks as the imagined core would run them: cycles of whole networks. */
export function imaginedHardwareRows(options: SyntheticOptions): TrainingRow[] {
  return syntheticRows(options).map(({ id, network, space }) => ({
    id,
    target: 'imagined',
    fidelity: 'hardware',
    network,
    cost: imaginedCycles(network),
    relativeNoise: 0.001,
    ...(space === undefined ? {} : { space }),
  }));
}

export function imaginedCycles({ layers }: NetworkLayers): number {
  return Math.round(layers.reduce((sum, layer) => sum + layerCycles(layer), 900));
}

function layerCycles(layer: NetworkLayer): number {
  const classes = classesOf(layer);
  const run = (Object.keys(cyclesOf) as (keyof Classes)[]).reduce(
    (sum, name) => sum + classes[name] * cyclesOf[name],
    0,
  );
  return layer.parts.reduce((sum, { shape, calls }) => sum + calls * memoryCycles(shape), run);
}

function memoryCycles(shape: LayerShape): number {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = shape;
  const images = inHeight * inWidth * inChannels + outHeight * outWidth * outChannels;
  const isDepthwise = shape.kernel.startsWith('depthwise');
  const hasWeights = isDepthwise || ['pointwise', 'conv2d', 'fullyConnected'].includes(shape.kernel);
  const weights = hasWeights
    ? shape.kernelHeight * shape.kernelWidth * outChannels * (isDepthwise ? 1 : inChannels)
    : 0;
  return Math.max(0, images - cacheBytes) * cyclesPerMissedByte + weights * cyclesPerWeightByte;
}

/** Each kernel has its own mixture; wide layers branch less. */
function classesOf(layer: NetworkLayer): Classes {
  const cost = syntheticLayerCost(layer);
  const { shape } = layer.parts[0]!;
  const branch = 0.02 + 0.3 / (8 + shape.inChannels);
  const load = shape.kernel.startsWith('depthwise') ? 0.42 : shape.kernel === 'add' ? 0.3 : 0.2;
  const store = shape.kernel === 'add' ? 0.12 : 0.03;
  const multiply = shape.kernel === 'add' ? 0.08 : 0.3;
  const arithmetic = 1 - branch - load - store - multiply;
  return {
    load: load * cost,
    store: store * cost,
    multiply: multiply * cost,
    arithmetic: arithmetic * cost,
    branch: branch * cost,
  };
}
