// Layers with weights.
const none = { top: 0, bottom: 0, left: 0, right: 0 };
const dense = { dilationHeight: 1, dilationWidth: 1 };

export const image = (side, channels) => [1, side, side, channels];

function same(kernel, stride) {
  const before = Math.floor((kernel - 1) / 2);
  const after = kernel - 1 - before;
  const padding = { top: before, bottom: after, left: before, right: after };
  return { kernelHeight: kernel, kernelWidth: kernel, strideHeight: stride, strideWidth: stride, padding };
}

export const pointwise = (side, inChannels, outChannels) => ({
  title: `${side}x${side}, ${inChannels} to ${outChannels}`,
  input: image(side, inChannels),
  output: image(side, outChannels),
  op: { kind: 'conv2d', ...same(1, 1), padding: none, ...dense },
});

export const convolution = (side, kernel, stride, inChannels, outChannels) => ({
  title: `${kernel}x${kernel} stride ${stride}, ${side}x${side}, ${inChannels} to ${outChannels}`,
  input: image(side, inChannels),
  output: image(Math.ceil(side / stride), outChannels),
  op: { kind: 'conv2d', ...same(kernel, stride), ...dense },
});

/** `column`: one column, by a window of one column. */
export function depthwise(
  side,
  kernel,
  stride,
  channels,
  { multiplier = 1, dilation = 1, column = false } = {},
) {
  const span = (kernel - 1) * dilation + 1;
  const window = same(span, stride);
  const size = column ? `${kernel}x1` : `${kernel}x${kernel}`;
  const beside = [
    `${size} stride ${stride}`,
    ...(dilation > 1 ? [`dilation ${dilation}`] : []),
    ...(multiplier > 1 ? [`multiplier ${multiplier}`] : []),
    `${side}x${column ? 1 : side}`,
    channels,
  ];
  const outSide = column ? side - kernel + 1 : Math.ceil(side / stride);
  return {
    title: beside.join(', '),
    input: column ? [1, side, 1, channels] : image(side, channels),
    output: column ? [1, outSide, 1, channels] : image(outSide, channels * multiplier),
    op: {
      kind: 'depthwiseConv2d',
      ...window,
      kernelHeight: kernel,
      kernelWidth: column ? 1 : kernel,
      ...(column && { padding: none }),
      depthMultiplier: multiplier,
      dilationHeight: dilation,
      dilationWidth: dilation,
    },
  };
}

export const fullyConnected = (rows, inFeatures, outFeatures) => ({
  title: `${rows === 1 ? '' : `${rows} rows, `}${inFeatures} to ${outFeatures}`,
  input: [rows, inFeatures],
  output: [rows, outFeatures],
  op: { kind: 'fullyConnected' },
});

/** Twice as high and as wide. */
export const transposeConvolution = (side, inChannels, outChannels) => ({
  title: `3x3 stride 2, ${side}x${side}, ${inChannels} to ${outChannels}`,
  input: image(side, inChannels),
  output: image(2 * side, outChannels),
  op: { kind: 'transposeConv2d', ...same(3, 2), padding: { top: 0, bottom: 1, left: 0, right: 1 } },
});
