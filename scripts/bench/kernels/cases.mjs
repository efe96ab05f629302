// One layer for each kernel and for the shapes that networks use, all on graphs of their own.
const none = { top: 0, bottom: 0, left: 0, right: 0 };
const dense = { dilationHeight: 1, dilationWidth: 1 };

function same(kernel, stride) {
  const before = Math.floor((kernel - 1) / 2);
  const after = kernel - 1 - before;
  const padding = { top: before, bottom: after, left: before, right: after };
  return { kernelHeight: kernel, kernelWidth: kernel, strideHeight: stride, strideWidth: stride, padding };
}

const outputs = (side, stride) => Math.ceil(side / stride);

export const pointwise = (side, inChannels, outChannels) => ({
  title: `pointwise ${side}x${side}, ${inChannels} to ${outChannels}`,
  input: [1, side, side, inChannels],
  output: [1, side, side, outChannels],
  op: { kind: 'conv2d', ...same(1, 1), padding: none, ...dense },
});

export const convolution = (side, kernel, stride, inChannels, outChannels) => ({
  title: `conv2d ${kernel}x${kernel} stride ${stride}, ${side}x${side}, ${inChannels} to ${outChannels}`,
  input: [1, side, side, inChannels],
  output: [1, outputs(side, stride), outputs(side, stride), outChannels],
  op: { kind: 'conv2d', ...same(kernel, stride), ...dense },
});

export const depthwise = (side, kernel, stride, channels) => ({
  title: `depthwise ${kernel}x${kernel} stride ${stride}, ${side}x${side}, ${channels}`,
  input: [1, side, side, channels],
  output: [1, outputs(side, stride), outputs(side, stride), channels],
  op: { kind: 'depthwiseConv2d', ...same(kernel, stride), depthMultiplier: 1, ...dense },
});

export const fullyConnected = (inFeatures, outFeatures) => ({
  title: `fully connected, ${inFeatures} to ${outFeatures}`,
  input: [1, inFeatures],
  output: [1, outFeatures],
  op: { kind: 'fullyConnected' },
});

export const cases = [
  ...[8, 16, 24, 48, 64, 96, 144, 240, 480].map((channels) => pointwise(10, channels, 24)),
  pointwise(40, 8, 48),
  pointwise(3, 288, 160),
  convolution(80, 3, 2, 3, 16),
  convolution(20, 3, 1, 16, 16),
  convolution(10, 5, 1, 8, 16),
  ...[3, 5, 7].flatMap((kernel) => [1, 2].map((stride) => depthwise(20, kernel, stride, 48))),
  ...[3, 5, 7].map((kernel) => depthwise(5, kernel, 1, 192)),
  depthwise(10, 4, 1, 24),
  fullyConnected(160, 10),
  fullyConnected(784, 300),
];

/** The graph of one case. */
export function graphOfCase({ title, input, output, op }) {
  return {
    name: title,
    tensors: [
      { name: 'input', shape: input },
      { name: 'output', shape: output },
    ],
    ops: [{ ...op, name: 'layer', inputs: [0], outputs: [1] }],
    inputs: [0],
    outputs: [1],
  };
}
