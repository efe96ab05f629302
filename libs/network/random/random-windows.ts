import type { Padding, TensorId } from '../graph/graph.ts';
import { noPadding, samePadding2d, slidingOutput } from '../graph/shapes.ts';
import type { NetworkBuilder } from './network-builder.ts';
import { randomActivation, type Extender } from './extender.ts';
import type { Random } from './random.ts';

interface RandomWindow {
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padding: Padding;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
}

type Image = readonly [batch: number, height: number, width: number, channels: number];

function imageOf(network: NetworkBuilder, input: TensorId): Image | undefined {
  const shape = network.shapeOf(input);
  return shape.length === 4 ? (shape as Image) : undefined;
}

function randomWindow(
  random: Random,
  [, height, width]: Image,
  { canPadFreely = false, canDilate = false },
): RandomWindow {
  const dilation = canDilate ? random.pick([1, 1, 1, 2]) : 1;
  const window = {
    kernelHeight: random.pick([1, 2, 3, 3, 5, 7]),
    kernelWidth: random.pick([1, 2, 3, 3, 5, 7]),
    strideHeight: random.integer(1, 3),
    strideWidth: random.integer(1, 3),
    dilationHeight: dilation,
    dilationWidth: dilation,
  };
  const side = (): number => random.integer(0, 3);
  const padding = random.pick([
    noPadding,
    samePadding2d([height, width], window),
    ...(canPadFreely ? [{ top: side(), bottom: side(), left: side(), right: side() }] : []),
  ]);
  return { ...window, padding };
}

function outputSize([, height, width]: Image, window: RandomWindow): readonly [number, number] {
  const { top, bottom, left, right } = window.padding;
  return [
    slidingOutput(height, window.kernelHeight, window.strideHeight, top + bottom, window.dilationHeight),
    slidingOutput(width, window.kernelWidth, window.strideWidth, left + right, window.dilationWidth),
  ];
}

export function extendConvolution(kind: 'conv2d' | 'depthwiseConv2d'): Extender {
  return (network, input, random) => {
    const image = imageOf(network, input);
    const window = image && randomWindow(random, image, { canPadFreely: true, canDilate: true });
    const size = image && outputSize(image, window!);
    if (image === undefined || size!.some((side) => side < 1)) {
      return undefined;
    }
    const taps = window!.kernelHeight * window!.kernelWidth;
    const depthMultiplier = random.pick([1, 1, 2]);
    const channels = kind === 'conv2d' ? random.integer(1, 9) : image[3] * depthMultiplier;
    const weights = channels * taps * (kind === 'conv2d' ? image[3] : 1);
    const output = network.tensor([image[0], ...size!, channels], {
      scale: network.scale(0.02, 0.6),
      zeroPoint: random.integer(-128, 127),
    });
    const constants = network.constants(weights, channels, random.integer(0, 3) === 0 ? 1 : channels);
    const common = { ...window!, ...randomActivation(random) };
    return kind === 'conv2d'
      ? network.push({ kind, ...common }, [input], [output], constants)
      : network.push({ kind, ...common, depthMultiplier }, [input], [output], constants);
  };
}

export const extendTransposeConvolution: Extender = (network, input, random) => {
  const image = imageOf(network, input);
  if (image === undefined || image[1] * image[2] > 400) {
    return undefined;
  }
  const window = randomWindow(random, image, {});
  const channels = random.integer(1, 6);
  const isSame = window.padding !== noPadding;
  const size = [
    isSame ? image[1] * window.strideHeight : (image[1] - 1) * window.strideHeight + window.kernelHeight,
    isSame ? image[2] * window.strideWidth : (image[2] - 1) * window.strideWidth + window.kernelWidth,
  ] as [number, number];
  const padding = isSame ? samePadding2d(size, window) : noPadding;
  const output = network.tensor([image[0], ...size, channels], {
    scale: network.scale(0.02, 0.6),
    zeroPoint: random.integer(-128, 127),
  });
  const weights = channels * window.kernelHeight * window.kernelWidth * image[3];
  const constants = network.constants(weights, channels, channels);
  const op = { kind: 'transposeConv2d', ...window, padding, ...randomActivation(random) } as const;
  return network.push(op, [input], [output], constants);
};

export function extendPool(kind: 'averagePool2d' | 'maxPool2d'): Extender {
  return (network, input, random) => {
    const image = imageOf(network, input);
    if (image === undefined) {
      return undefined;
    }
    const window = randomWindow(random, image, { canPadFreely: kind === 'maxPool2d' });
    const { top, bottom, left, right } = window.padding;
    const size = [
      slidingOutput(image[1], window.kernelHeight, window.strideHeight, top + bottom),
      slidingOutput(image[2], window.kernelWidth, window.strideWidth, left + right),
    ];
    if (
      size.some((side) => side < 1) ||
      Math.max(top, bottom) >= window.kernelHeight ||
      Math.max(left, right) >= window.kernelWidth
    ) {
      return undefined;
    }
    const output = network.tensor([image[0], ...size, image[3]], network.quantisationOf(input));
    return network.push({ kind, ...window, ...randomActivation(random) }, [input], [output]);
  };
}
