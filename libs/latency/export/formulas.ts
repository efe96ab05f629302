/**
 * The counts of libs/latency/features once more, as expressions over a layer's sizes, so that an exported model needs no
 * code of ours: arithmetic, `//`, `%`, comparisons, min, max, ceil division by `-(-a // b)`, and sums over a range. A test
 * holds both to be equal.
 */
export type Formulas = Readonly<Record<string, Readonly<Record<string, string>>>>;

const outputs = 'outHeight * outWidth * outChannels';

function block(pixels: string, inputs: string, together = '5'): Record<string, string> {
  const blocks = `-(-(${pixels}) // ${together})`;
  const quads = `-(-(${inputs}) // 4)`;
  // As equal as may be: of the blocks, pixels % blocks hold one pixel more than the others.
  const larger = `(${pixels}) % (${blocks})`;
  const size = `(${pixels}) // (${blocks})`;
  const loads = `((${blocks}) - (${larger})) * ((${size} + 1) // 2) + (${larger}) * ((${size} + 2) // 2)`;
  return {
    'block.calls': blocks,
    'block.channels': `(${blocks}) * outChannels`,
    'block.outputs': `(${pixels}) * outChannels`,
    'block.rounds': `(${blocks}) * outChannels * -(-(${quads}) // 4)`,
    'block.weights': `(${blocks}) * outChannels * (${quads})`,
    'block.values': `(${loads}) * outChannels * (${quads})`,
    'block.products': `(${pixels}) * outChannels * (${quads})`,
  };
}

const pixels = 'outHeight * outWidth';
const taps = 'kernelHeight * kernelWidth * inChannels';

const pointwise = {
  ...block(pixels, 'inChannels'),
  'expand.pixels': pixels,
  'expand.pairs': `${pixels} * (inChannels // 8)`,
  'expand.quads': `${pixels} * (inChannels % 8 >= 4)`,
  'expand.tails': `${pixels} * (inChannels % 4 > 0)`,
  'expand.tailBytes': `${pixels} * (inChannels % 4)`,
};

const validAt = (name: 'Height' | 'Width', pad: 'padTop' | 'padLeft'): string =>
  `max(0, min(i * stride${name} - ${pad} + kernel${name}, in${name}) - max(i * stride${name} - ${pad}, 0))`;
const validRows = `sum(${validAt('Height', 'padTop')} for i in range(outHeight))`;
const validColumns = `sum(${validAt('Width', 'padLeft')} for i in range(outWidth))`;
const whole = `sum(${validAt('Width', 'padLeft')} == kernelWidth for i in range(outWidth))`;
const cut = `(${validColumns} - ${whole} * kernelWidth)`;

const cutTaps = `(${validRows} * ${cut})`;
const wholeRows = `(${validRows} * ${whole})`;
const outsideTaps =
  `(${validRows} * ((outWidth - ${whole}) * kernelWidth - ${cut}) + ` +
  `(outHeight * kernelHeight - ${validRows}) * outWidth * kernelWidth)`;

/** Channels in fours are gathered to where they stand expanded. */
const isDirect = '(inChannels % 4 == 0)';
const only = (condition: string, counts: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(counts).map(([name, formula]) => [name, `${condition} * (${formula})`]));

const conv2d = {
  ...block(pixels, taps, 'pixelsTogether'),
  ...only(isDirect, {
    'direct.pixels': pixels,
    'direct.rows': wholeRows,
    'direct.insideTaps': cutTaps,
    'direct.outsideTaps': outsideTaps,
    'direct.quads': `(${wholeRows} * kernelWidth + ${cutTaps}) * (inChannels // 4)`,
    'direct.padding': `${outsideTaps} * (inChannels // 4)`,
  }),
  ...only(`(1 - ${isDirect})`, {
    'gather.pixels': pixels,
    'gather.rows': wholeRows,
    'gather.rowBytes': `${wholeRows} * kernelWidth * inChannels`,
    'gather.insideTaps': cutTaps,
    'gather.outsideTaps': outsideTaps,
    'gather.quads': `${pixels} * -(-(${taps}) // 4)`,
  }),
};

function depthwise(kernel: string): Record<string, string> {
  const rows = 'outHeight * outChannels';
  const blocks = '-(-outWidth // 4)';
  const last = `(outWidth - (${blocks} - 1) * 4)`;
  const planeHeight = '((outHeight - 1) * strideHeight + kernelHeight)';
  const unevenWidth = `((${blocks} * 4 - 1) * strideHeight + kernelHeight)`;
  const planeWidth = `(${unevenWidth} + ${unevenWidth} % 2)`;
  const copiedRows = `outChannels * min(inHeight, ${planeHeight} - padTop)`;
  const copied = `min(inWidth, ${planeWidth} - padLeft)`;
  return {
    'call.depthwise': '1',
    'plane.cleared': `${planeHeight} * ${planeWidth}`,
    'copy.channels': 'outChannels * copies',
    'copy.rows': copiedRows,
    'copy.eights': `${copiedRows} * (${copied} // 8)`,
    'copy.fours': `${copiedRows} * (${copied} // 4 % 2)`,
    'copy.pairs': `${copiedRows} * (${copied} // 2 % 2)`,
    'copy.singles': `${copiedRows} * (${copied} % 2)`,
    [`${kernel}.channels`]: 'outChannels * runs',
    [`${kernel}.blocks`]: `${rows} * ${blocks}`,
    'depthwise.rows': rows,
    'depthwise.wholeBlocks': `${rows} * (${blocks} - 1)`,
    'depthwise.lastOutputs': `${rows} * ${last}`,
    'depthwise.lastChecks': `${rows} * min(${last}, 3)`,
  };
}

/** One row by its own kernel, more as pixels of a 1x1 convolution. */
const isRow = '(outHeight * outWidth == 1)';
const groups = '-(-outChannels // 4)';
const steps = '-(-inChannels // 4)';

const fullyConnected = {
  ...only(`(1 - ${isRow})`, pointwise),
  ...only(isRow, {
    'dense.groups': groups,
    'dense.steps': `(${groups}) * (${steps})`,
    'dense.rounds': `(${groups}) * -(-(${steps}) // 4)`,
    'dense.tails': 'outChannels % 4 > 0',
  }),
};

const isColumn = '((inWidth == 1) * (outWidth == 1) * (kernelWidth == 1))';
const rowsOf = (rows: string): string => `(${groups}) * (${isColumn} + (1 - ${isColumn}) * (${rows}))`;

const depthwiseQuads = {
  'depthwiseQuads.quads': groups,
  'depthwiseQuads.weights': `(${groups}) * kernelHeight * kernelWidth`,
  'depthwiseQuads.rows': rowsOf('outHeight'),
  'depthwiseQuads.loads': rowsOf('(outHeight - 1) * strideHeight + kernelHeight'),
  'depthwiseQuads.values': `(${groups}) * inHeight * inWidth`,
  'depthwiseQuads.outputs': `(${groups}) * ${pixels}`,
  'depthwiseQuads.products': `(${groups}) * ${pixels} * kernelHeight * kernelWidth`,
};

/** Windows of up to 255 are averaged four channels at a time. */
const pooledQuads = '((kernelHeight * kernelWidth <= 255) * (outChannels // 4))';
const quadOutputs = `${pixels} * ${pooledQuads}`;
const single = `${pixels} * (outChannels - 4 * ${pooledQuads})`;

const depthwiseKernels = ['3x3s1', '3x3s2', '5x5s1', '5x5s2', '7x7s1', '7x7s2'].map(
  (size) => `depthwise${size}`,
);

/** By kernel that runs on the whole image, by feature; `layer.calls` (1 each) and `network.base` are left out. */
export const formulas: Formulas = {
  pointwise: { 'call.pointwise': '1', ...pointwise },
  fullyConnected: { 'call.fullyConnected': '1', ...fullyConnected },
  depthwiseQuads: { 'call.depthwiseQuads': '1', ...depthwiseQuads },
  conv2d: { 'call.conv2d': '1', ...conv2d },
  ...Object.fromEntries(depthwiseKernels.map((kernel) => [kernel, depthwise(kernel)])),
  add: { 'call.add': '1', 'add.quads': `${outputs} // 4`, 'add.rest': `(${outputs}) % 4` },
  averagePool2d: {
    'call.averagePool2d': '1',
    'averagePool2d.outputs': single,
    'averagePool2d.rows': `${single} * kernelHeight`,
    'averagePool2d.taps': `${single} * kernelHeight * kernelWidth`,
    'averagePool2d.quads': quadOutputs,
    'averagePool2d.quadRows': `${quadOutputs} * kernelHeight`,
    'averagePool2d.quadTaps': `${quadOutputs} * kernelHeight * kernelWidth`,
  },
  reshape: { 'call.reshape': '1' },
};
