import { FarmError } from '#core';
import type { SearchSpace } from './search-space.ts';

export interface TinyNasOptions {
  /** Multiplies all channels: 0.2 to 1.0 in MCUNet. */
  readonly width: number;
  readonly resolutions: readonly number[];
  readonly classes: number;
  readonly inputChannels?: number;
  /** Multiples of a stage's channels that its blocks may have; MCUNetV2 takes 0.5, 0.75 and 1. Default: 1 alone. */
  readonly blockWidths?: readonly number[];
}

/** Width multipliers of stage one (MCUNet, Lin et al. 2020, section 3.1). */
export const tinyNasWidths: readonly number[] = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
/** Resolutions of stage one (ibid.). */
export const tinyNasResolutions: readonly number[] = [48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224];
/** MCUNetV2 (Lin et al. 2021), appendix: the width of each block may be scaled down. */
export const blockWidthsV2: readonly number[] = [0.5, 0.75, 1];

/** Channels and strides at width 1: those of MobileNetV2-like mobile spaces (ProxylessNAS, MnasNet). */
const stages = [
  { channels: 24, stride: 2, depths: [2, 3, 4] },
  { channels: 40, stride: 2, depths: [2, 3, 4] },
  { channels: 80, stride: 2, depths: [2, 3, 4] },
  { channels: 96, stride: 1, depths: [2, 3, 4] },
  { channels: 192, stride: 2, depths: [2, 3, 4] },
  { channels: 320, stride: 1, depths: [1] },
];

/** The space of MCUNet at one width multiplier and one or several resolutions. Errors: USAGE_INVALID. */
export function tinyNasSpace(options: TinyNasOptions): SearchSpace {
  const { width, resolutions, classes, inputChannels = 3, blockWidths = [1] } = options;
  if (!(width > 0 && width <= 4)) {
    throw new FarmError('USAGE_INVALID', `width multiplier ${width}, expected more than 0 and up to 4`);
  }
  checkNumbers('resolutions', resolutions, (n) => Number.isInteger(n) && n >= 16 && n <= 1024, '16 to 1024');
  checkNumbers('block widths', blockWidths, (n) => n > 0 && n <= 1, 'more than 0 and up to 1');
  return {
    name: `tiny-nas-w${width}-r${resolutions.join('.')}${blockWidths.length > 1 ? '-bw' : ''}`,
    resolutions: ascending(resolutions),
    inputChannels,
    classes,
    stemChannels: scaledChannels(32, width),
    firstChannels: scaledChannels(16, width),
    stages: stages.map(({ channels, stride, depths }) => ({
      stride,
      depths,
      kernels: [3, 5, 7],
      expansions: [3, 4, 6],
      channels: ascending(blockWidths.map((blockWidth) => scaledChannels(channels, width * blockWidth))),
    })),
  };
}

/** To a multiple of 8, and not more than 10 % below what is wanted (MobileNet's make_divisible). */
export function scaledChannels(channels: number, width: number): number {
  const wanted = channels * width;
  const rounded = Math.max(8, Math.floor((wanted + 4) / 8) * 8);
  return rounded < 0.9 * wanted ? rounded + 8 : rounded;
}

function ascending(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].toSorted((a, b) => a - b);
}

function checkNumbers(
  what: string,
  numbers: readonly number[],
  isGood: (n: number) => boolean,
  expected: string,
): void {
  const bad = numbers.find((n) => !isGood(n));
  if (numbers.length === 0 || bad !== undefined) {
    throw new FarmError('USAGE_INVALID', `${what}: ${bad ?? 'none'}, expected ${expected}`);
  }
}
