// One layer for each kernel and for the shapes that networks use, all on graphs of their own.
import {
  convolution,
  depthwise,
  fullyConnected,
  image,
  pointwise,
  transposeConvolution,
} from './weighted-cases.mjs';

const window = (kernel, stride) => ({
  kernelHeight: kernel,
  kernelWidth: kernel,
  strideHeight: stride,
  strideWidth: stride,
  padding: { top: 0, bottom: 0, left: 0, right: 0 },
});

const pool = (kind, side, kernel, stride, channels) => ({
  title: `${kernel}x${kernel} stride ${stride}, ${side}x${side}, ${channels}`,
  input: image(side, channels),
  output: image(Math.floor((side - kernel) / stride) + 1, channels),
  op: { kind, ...window(kernel, stride) },
});

/** Shapes as they are, one value to one value. */
const elementwise = (kind, side, channels, more = {}) => ({
  title: `${side}x${side}, ${channels}`,
  input: image(side, channels),
  output: image(side, channels),
  op: { kind, ...more },
});

/** Of the input and a convolution of it, whose scale is another. */
const sum = (kind, side, channels) => ({ ...elementwise(kind, side, channels), isOfTwo: true });

const resize = (kind) => ({
  title: '10x10 to 20x20, 24',
  input: image(10, 24),
  output: image(20, 24),
  op: { kind, alignCorners: false, halfPixelCenters: true },
});

export const cases = [
  ...[8, 16, 24, 48, 64, 96, 144, 240, 480].map((channels) => pointwise(10, channels, 24)),
  pointwise(40, 8, 48),
  pointwise(3, 288, 160),
  convolution(80, 3, 2, 3, 16),
  convolution(20, 3, 1, 16, 16),
  convolution(16, 3, 1, 64, 64),
  convolution(10, 5, 1, 8, 16),
  ...[3, 5, 7].flatMap((kernel) => [1, 2].map((stride) => depthwise(20, kernel, stride, 48))),
  ...[3, 5, 7].map((kernel) => depthwise(5, kernel, 1, 192)),
  depthwise(6, 3, 2, 256),
  depthwise(10, 4, 1, 24),
  depthwise(10, 3, 1, 24, { multiplier: 2 }),
  depthwise(10, 3, 1, 24, { dilation: 2 }),
  depthwise(20, 10, 1, 128, { column: true }),
  fullyConnected(1, 160, 10),
  fullyConnected(1, 784, 300),
  fullyConnected(16, 64, 64),
  transposeConvolution(10, 16, 8),
  ...[
    pointwise(10, 24, 24),
    convolution(10, 3, 1, 8, 8),
    depthwise(10, 3, 1, 24),
    fullyConnected(1, 160, 10),
  ].map((one) => ({ ...one, isExact: true })),
  sum('add', 10, 24),
  elementwise('add', 10, 24, { isTwice: true }),
  sum('sub', 10, 24),
  sum('mul', 10, 24),
  pool('averagePool2d', 10, 2, 2, 24),
  pool('averagePool2d', 8, 8, 1, 64),
  pool('maxPool2d', 10, 2, 2, 24),
  { ...elementwise('mean', 8, 64, { axes: [1, 2] }), title: '8x8, 64, over both', output: [1, 64] },
  { title: '1, 1000', input: [1, 1000], output: [1, 1000], op: { kind: 'softmax', beta: 1 } },
  { title: '1, 1000', input: [1, 1000], output: [1, 1000], op: { kind: 'logSoftmax' } },
  elementwise('hardSwish', 10, 24),
  elementwise('transpose', 10, 24, { permutation: [0, 2, 1, 3] }),
  {
    ...elementwise('pad', 10, 24, {
      paddings: [
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ],
      value: 0,
    }),
    output: image(12, 24),
  },
  resize('resizeNearestNeighbor'),
  resize('resizeBilinear'),
];
