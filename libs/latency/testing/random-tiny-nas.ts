import { genotypeToGraph, type Genotype, type InvertedResidual, type Random } from '#network';
import { layersOfGraph, type NetworkLayers } from '../layers/index.ts';

/** A search space: what width and resolution make of the base network. */
export interface TinyNasSpace {
  readonly width: number;
  readonly resolution: number;
}

/** Channels and strides of the stages of MobileNetV2-like spaces (MCUNet, Lin et al. 2020, section 3.1). */
const stages = [
  { channels: 24, stride: 2 },
  { channels: 40, stride: 2 },
  { channels: 80, stride: 2 },
  { channels: 96, stride: 1 },
  { channels: 192, stride: 2 },
  { channels: 320, stride: 1 },
];

/** Kernels 3/5/7, expansion 3/4/6, depth 2 to 4 in each stage but the last. */
export function randomTinyNas(random: Random, { width, resolution }: TinyNasSpace): Genotype {
  const seed = random.uint32();
  const blocks: InvertedResidual[] = [{ kernel: 3, stride: 1, expansion: 1, channels: scaled(16, width) }];
  for (const [index, { channels, stride }] of stages.entries()) {
    const depth = index === stages.length - 1 ? 1 : random.integer(2, 4);
    for (let block = 0; block < depth; block++) {
      blocks.push({
        kernel: random.pick([3, 5, 7]),
        stride: block === 0 ? stride : 1,
        expansion: random.pick([3, 4, 6]),
        channels: scaled(channels, width),
      });
    }
  }
  return {
    name: `tiny-nas-w${width}-r${resolution}-${seed}`,
    resolution: [resolution, resolution],
    inputChannels: 3,
    classes: 2,
    stem: { kernel: 3, stride: 2, channels: scaled(32, width) },
    blocks,
    seed,
  };
}

export function randomTinyNasLayers(random: Random, space: TinyNasSpace): NetworkLayers {
  return layersOfGraph(genotypeToGraph(randomTinyNas(random, space)));
}

/** To a multiple of 8, and not more than 10 % below (MobileNet's make_divisible). */
function scaled(channels: number, width: number): number {
  const wanted = channels * width;
  const rounded = Math.max(8, Math.floor((wanted + 4) / 8) * 8);
  return rounded < 0.9 * wanted ? rounded + 8 : rounded;
}
