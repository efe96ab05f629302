import type { OpKind } from '../graph/graph.ts';
import { elementsOf } from '../graph/shapes.ts';
import { randomActivation, randomQuantisation, type Extender } from './extender.ts';
import { extendConvolution, extendPool, extendTransposeConvolution } from './random-windows.ts';

function elementwise(kind: 'relu' | 'hardSwish' | 'quantize'): Extender {
  return (network, input, random) => {
    const output = network.tensor(network.shapeOf(input), randomQuantisation(network, random));
    return network.push(kind === 'relu' ? { kind, activation: kind } : { kind }, [input], [output]);
  };
}

function sigmoidal(kind: 'logistic' | 'tanh'): Extender {
  const quantisation =
    kind === 'logistic' ? { scale: 1 / 256, zeroPoint: -128 } : { scale: 1 / 128, zeroPoint: 0 };
  return (network, input) =>
    network.push({ kind }, [input], [network.tensor(network.shapeOf(input), quantisation)]);
}

function binary(kind: 'add' | 'sub' | 'mul'): Extender {
  return (network, input, random) => {
    const shape = network.shapeOf(input);
    // The other operand is a constant, of the same shape or one that broadcasts.
    const otherShape = shape.map((size) => (random.integer(0, 3) === 0 ? 1 : size));
    const other = network.tensor(otherShape, randomQuantisation(network, random));
    const weights = Int8Array.from({ length: elementsOf(otherShape) }, () => random.integer(-128, 127));
    network.push({ kind: 'constant' }, [], [other], { weights });
    const output = network.tensor(shape, randomQuantisation(network, random));
    const inputs = random.integer(0, 1) === 0 ? [input, other] : [other, input];
    return network.push({ kind, ...randomActivation(random) }, inputs, [output]);
  };
}

function resize(kind: 'resizeBilinear' | 'resizeNearestNeighbor'): Extender {
  return (network, input, random) => {
    const shape = network.shapeOf(input);
    if (shape.length !== 4) {
      return undefined;
    }
    const target = [shape[0]!, random.integer(1, 12), random.integer(1, 12), shape[3]!];
    const output = network.tensor(target, network.quantisationOf(input));
    const mode = random.integer(0, 2);
    return network.push({ kind, alignCorners: mode === 1, halfPixelCenters: mode === 2 }, [input], [output]);
  };
}

const split: Extender = (network, input, random) => {
  const shape = network.shapeOf(input);
  const axis = random.integer(0, shape.length - 1);
  const size = shape[axis]!;
  const first = random.integer(1, Math.max(1, size - 1));
  if (size < 2) {
    return undefined;
  }
  const parts = [first, size - first].map((part) =>
    network.tensor(shape.with(axis, part), network.quantisationOf(input)),
  );
  network.push({ kind: 'split', axis }, [input], parts);
  const joined = network.tensor(shape, network.quantisationOf(input));
  return network.push({ kind: 'concatenation', axis }, parts.toReversed(), [joined]);
};

/** One way to extend a network per kind of op that can end it; split and constant come with others. */
export const extenders = {
  conv2d: extendConvolution('conv2d'),
  depthwiseConv2d: extendConvolution('depthwiseConv2d'),
  transposeConv2d: extendTransposeConvolution,
  averagePool2d: extendPool('averagePool2d'),
  maxPool2d: extendPool('maxPool2d'),
  fullyConnected: (network, input, random) => {
    const shape = network.shapeOf(input);
    const features = random.integer(1, 12);
    const taps = elementsOf(shape);
    const output = network.tensor([1, features], {
      ...randomQuantisation(network, random),
      scale: network.scale(0.1, 2),
    });
    const scales = random.integer(0, 1) === 0 ? 1 : features;
    const constants = network.constants(features * taps, features, scales);
    return network.push(
      { kind: 'fullyConnected', ...randomActivation(random) },
      [input],
      [output],
      constants,
    );
  },
  add: binary('add'),
  sub: binary('sub'),
  mul: binary('mul'),
  mean: (network, input, random) => {
    const shape = network.shapeOf(input);
    const axes = shape.flatMap((_, axis) => (axis > 0 && random.integer(0, 1) === 0 ? [axis] : []));
    const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
    const short = shape.filter((_, axis) => !axes.includes(axis));
    const output = network.tensor(
      random.integer(0, 1) === 0 ? kept : short,
      randomQuantisation(network, random),
    );
    return axes.length === 0 ? undefined : network.push({ kind: 'mean', axes }, [input], [output]);
  },
  reshape: (network, input) => {
    const shape = network.shapeOf(input);
    const target = shape.length === 4 ? [1, elementsOf(shape)] : [1, 1, ...shape].slice(-4);
    return network.push(
      { kind: 'reshape' },
      [input],
      [network.tensor(target, network.quantisationOf(input))],
    );
  },
  pad: (network, input, random) => {
    const shape = network.shapeOf(input);
    const paddings = shape.map(() => [random.integer(0, 2), random.integer(0, 2)] as const);
    const target = shape.map((size, axis) => size + paddings[axis]![0] + paddings[axis]![1]);
    const quantisation = network.quantisationOf(input);
    const value = random.integer(0, 1) === 0 ? quantisation.zeroPoint : random.integer(-128, 127);
    return network.push({ kind: 'pad', paddings, value }, [input], [network.tensor(target, quantisation)]);
  },
  transpose: (network, input, random) => {
    const shape = network.shapeOf(input);
    const permutation = shape.map((_, axis) => axis);
    permutation.sort(() => random.integer(0, 1) - 0.5);
    const target = permutation.map((axis) => shape[axis]!);
    const output = network.tensor(target, network.quantisationOf(input));
    return network.push({ kind: 'transpose', permutation }, [input], [output]);
  },
  concatenation: (network, input, random) => {
    const shape = network.shapeOf(input);
    const axis = random.integer(0, shape.length - 1);
    const output = network.tensor(shape.with(axis, 2 * shape[axis]!), network.quantisationOf(input));
    return network.push({ kind: 'concatenation', axis }, [input, input], [output]);
  },
  split,
  stridedSlice: (network, input, random) => {
    const shape = network.shapeOf(input);
    const strides = shape.map(() => random.pick([1, 1, 2, -1]));
    const begins = shape.map((size, axis) => (strides[axis]! > 0 ? random.integer(0, size - 1) : size - 1));
    const sizes = shape.map((size, axis) =>
      strides[axis]! > 0 ? Math.ceil((size - begins[axis]!) / strides[axis]!) : random.integer(1, size),
    );
    const output = network.tensor(sizes, network.quantisationOf(input));
    return network.push({ kind: 'stridedSlice', begins, sizes, strides }, [input], [output]);
  },
  softmax: (network, input) => {
    const output = network.tensor(network.shapeOf(input), { scale: 1 / 256, zeroPoint: -128 });
    return network.push({ kind: 'softmax', beta: 1 }, [input], [output]);
  },
  logSoftmax: (network, input) => {
    const output = network.tensor(network.shapeOf(input), { scale: 1 / 16, zeroPoint: 127 });
    return network.push({ kind: 'logSoftmax' }, [input], [output]);
  },
  logistic: sigmoidal('logistic'),
  tanh: sigmoidal('tanh'),
  relu: elementwise('relu'),
  hardSwish: elementwise('hardSwish'),
  quantize: elementwise('quantize'),
  relu6: (network, input) => {
    const output = network.tensor(network.shapeOf(input), network.quantisationOf(input));
    return network.push({ kind: 'relu6', activation: 'relu6' }, [input], [output]);
  },
  leakyRelu: (network, input, random) => {
    const output = network.tensor(network.shapeOf(input), randomQuantisation(network, random));
    return network.push({ kind: 'leakyRelu', alpha: network.scale(-0.5, 1.2) }, [input], [output]);
  },
  resizeBilinear: resize('resizeBilinear'),
  resizeNearestNeighbor: resize('resizeNearestNeighbor'),
} satisfies Partial<Record<OpKind, Extender>>;
