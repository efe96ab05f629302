// The network of one case: its layer is the last one.
import { seededNetwork } from '#network';

const onePixel = {
  kernelHeight: 1,
  kernelWidth: 1,
  strideHeight: 1,
  strideWidth: 1,
  dilationHeight: 1,
  dilationWidth: 1,
  padding: { top: 0, bottom: 0, left: 0, right: 0 },
};

function graphOfCase({ title, input, output, op, isOfTwo }) {
  const { isTwice, ...fields } = op;
  const tensors = [
    { name: 'input', shape: input },
    ...(isOfTwo ? [{ name: 'other', shape: input }] : []),
    { name: 'output', shape: output },
  ];
  const last = tensors.length - 1;
  const before = { ...onePixel, kind: 'conv2d', name: 'before', inputs: [0], outputs: [1] };
  const inputs = isOfTwo ? [0, 1] : isTwice ? [0, 0] : [0];
  return {
    name: title,
    tensors,
    ops: [...(isOfTwo ? [before] : []), { ...fields, name: 'layer', inputs, outputs: [last] }],
    inputs: [0],
    outputs: [last],
  };
}

/** Weights for an op that none are made up for. */
function transposed(graph) {
  const [op] = graph.ops;
  const [inChannels, outChannels] = [0, 1].map((id) => graph.tensors[id].shape.at(-1));
  const taps = op.kernelHeight * op.kernelWidth * inChannels;
  const parameters = {
    weights: Int8Array.from({ length: outChannels * taps }, (_, i) => ((i * 37) % 255) - 127),
    weightScales: new Float64Array(outChannels).fill(1 / 2000),
    activationMin: -128,
    activationMax: 127,
  };
  return {
    graph,
    quantisation: graph.tensors.map(() => ({ scale: 1, zeroPoint: 0 })),
    parameters: [parameters],
  };
}

/** Multipliers above 1 are beyond the fast kernels. */
function exact(network) {
  const parameters = network.parameters.map(({ weightScales, ...rest }) => ({
    ...rest,
    weightScales: weightScales.map((scale) => scale * 2 ** 12),
  }));
  return { ...network, parameters };
}

export function networkOfCase(one) {
  const graph = graphOfCase(one);
  const network = one.op.kind === 'transposeConv2d' ? transposed(graph) : seededNetwork(graph, 1);
  return one.isExact ? exact(network) : network;
}
