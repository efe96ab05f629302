import { slidingOutput, type Random, type Window2d } from '#network';
import { seededConstants, type FanInput, type FanLayer, type Scaling } from './fan-network.ts';

const scalings: readonly Scaling[] = ['usual', 'usual', 'vanishing', 'shiftless', 'growing', 'overflowing'];

function outputQuantisation(random: Random): FanLayer['outputQuantisation'] {
  return { scale: 1, zeroPoint: random.integer(-128, 127) };
}

interface Sliding {
  readonly window: Window2d;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
}

/** A window that yields at least one output, with padding smaller than the kernel. */
function slidingWindow(
  random: Random,
  { shape }: FanInput,
  kernel: readonly [number, number],
  stride: readonly [number, number],
  dilation: readonly [number, number] = [1, 1],
): Sliding {
  const spans = kernel.map((size, i) => (size - 1) * dilation[i]! + 1);
  const pads = spans.map((span, i) => {
    const needed = Math.max(0, span - shape[i + 1]!);
    const before = Math.max(random.integer(0, span - 1), Math.ceil(needed / 2));
    return [before, Math.max(random.integer(0, span - 1), needed - before)] as const;
  });
  const [outHeight, outWidth] = [0, 1].map((i) =>
    slidingOutput(shape[i + 1]!, kernel[i]!, stride[i]!, pads[i]![0] + pads[i]![1], dilation[i]),
  );
  return {
    window: {
      kernelHeight: kernel[0],
      kernelWidth: kernel[1],
      strideHeight: stride[0],
      strideWidth: stride[1],
      padding: { top: pads[0]![0], bottom: pads[0]![1], left: pads[1]![0], right: pads[1]![1] },
    },
    dilationHeight: dilation[0],
    dilationWidth: dilation[1],
    outHeight: outHeight!,
    outWidth: outWidth!,
  };
}

export function randomPointwise(random: Random, input: FanInput): FanLayer {
  const [, height, width, inChannels] = input.shape;
  const channels = random.integer(1, 20);
  const padding = { top: 0, bottom: 0, left: 0, right: 0 };
  return {
    op: (name, from, to) => ({
      kind: 'conv2d',
      name,
      inputs: [from],
      outputs: [to],
      padding,
      kernelHeight: 1,
      kernelWidth: 1,
      strideHeight: 1,
      strideWidth: 1,
      dilationHeight: 1,
      dilationWidth: 1,
    }),
    outputShape: [1, height!, width!, channels],
    outputQuantisation: outputQuantisation(random),
    parameters: seededConstants({ channels, taps: inChannels!, scaling: random.pick(scalings), random }),
  };
}

export function randomConvolution(random: Random, input: FanInput): FanLayer {
  const kernel = [random.integer(1, 5), random.integer(1, 5)] as const;
  const stride = [random.integer(1, 3), random.integer(1, 3)] as const;
  const sliding = slidingWindow(random, input, kernel, stride, [
    random.pick([1, 1, 2]),
    random.pick([1, 1, 2]),
  ]);
  const channels = random.integer(1, 9);
  const taps = kernel[0] * kernel[1] * input.shape[3]!;
  return {
    op: (name, from, to) => ({
      kind: 'conv2d',
      name,
      inputs: [from],
      outputs: [to],
      ...sliding.window,
      dilationHeight: sliding.dilationHeight,
      dilationWidth: sliding.dilationWidth,
    }),
    outputShape: [1, sliding.outHeight, sliding.outWidth, channels],
    outputQuantisation: outputQuantisation(random),
    parameters: seededConstants({ channels, taps, scaling: random.pick(scalings), random }),
  };
}

export function randomDepthwise(random: Random, input: FanInput, isSpecial: boolean): FanLayer {
  const size = random.pick([3, 5, 7]);
  const step = random.integer(1, 2);
  const isColumn = input.shape[2] === 1;
  const any = (): readonly [number, number] => [
    random.integer(1, isColumn ? 10 : 4),
    random.integer(1, isColumn ? 1 : 4),
  ];
  const sliding = isSpecial
    ? slidingWindow(random, input, [size, size], [step, step])
    : slidingWindow(random, input, any(), any(), [random.integer(1, 2), random.integer(1, 2)]);
  const depthMultiplier = isSpecial ? 1 : random.integer(1, 3);
  const channels = input.shape[3]! * depthMultiplier;
  const { kernelHeight, kernelWidth } = sliding.window;
  return {
    op: (name, from, to) => ({
      kind: 'depthwiseConv2d',
      name,
      inputs: [from],
      outputs: [to],
      depthMultiplier,
      ...sliding.window,
      dilationHeight: sliding.dilationHeight,
      dilationWidth: sliding.dilationWidth,
    }),
    outputShape: [1, sliding.outHeight, sliding.outWidth, channels],
    outputQuantisation: outputQuantisation(random),
    parameters: seededConstants({
      channels,
      taps: kernelHeight * kernelWidth,
      scaling: random.pick(scalings),
      random,
    }),
  };
}

export function randomAveragePool(random: Random, input: FanInput): FanLayer {
  const kernel = [random.integer(1, 4), random.integer(1, 4)] as const;
  const { window, outHeight, outWidth } = slidingWindow(random, input, kernel, [random.integer(1, 2), 1]);
  return {
    op: (name, from, to) => ({ kind: 'averagePool2d', name, inputs: [from], outputs: [to], ...window }),
    outputShape: [1, outHeight, outWidth, input.shape[3]!],
    outputQuantisation: input.quantisation,
    parameters: { activationMin: random.pick([-128, -50]), activationMax: random.pick([127, 60]) },
  };
}

/** The input added to itself: both scales equal, or with an output scale that shifts the sum. */
export function randomAdd(random: Random, input: FanInput): FanLayer {
  return {
    op: (name, from, to) => ({ kind: 'add', name, inputs: [from, from], outputs: [to] }),
    outputShape: input.shape,
    outputQuantisation: { scale: random.integer(1, 400) / 100, zeroPoint: random.integer(-128, 127) },
    parameters: { activationMin: random.pick([-128, -50]), activationMax: random.pick([127, 60]) },
  };
}

/** Over the whole input. */
export function randomFullyConnected(random: Random, input: FanInput): FanLayer {
  const features = random.integer(1, 12);
  const taps = input.shape.reduce((product, size) => product * size, 1);
  return {
    op: (name, from, to) => ({ kind: 'fullyConnected', name, inputs: [from], outputs: [to] }),
    outputShape: [1, features],
    outputQuantisation: outputQuantisation(random),
    parameters: seededConstants({ channels: features, taps, scaling: random.pick(scalings), random }),
  };
}

/** The output of a 1x1 convolution, of another scale, added to the input. */
export function randomSkip(random: Random, input: FanInput): FanLayer[] {
  const pointwise = randomPointwise(random, { ...input });
  const channels = input.shape[3]!;
  const scale = random.integer(30, 150) / 100;
  const before: FanLayer = {
    ...pointwise,
    outputShape: input.shape,
    outputQuantisation: { scale, zeroPoint: random.integer(-128, 127) },
    parameters: seededConstants({ channels, taps: channels, scaling: 'usual', random }),
  };
  const add = randomAdd(random, input);
  const op: FanLayer['op'] = (name, from, to) => ({
    kind: 'add',
    name,
    inputs: random.pick([
      [from, to - 1],
      [to - 1, from],
    ]),
    outputs: [to],
  });
  return [before, { ...add, op }];
}
