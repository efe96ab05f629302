import type { ElementwiseOp, LeakyReluOp, Op } from '../graph/graph.ts';
import type { ActivationQuantisation, Network, OpParameters } from '../graph/network.ts';
import { fixedPointLogistic, fixedPointTanh } from './fixed-point.ts';
import { hardSwish } from './hard-swish.ts';
import {
  multiplyByQuantizedMultiplier as scaled,
  quantizeMultiplier,
  roundingDivideByPowerOfTwo,
} from './multiplier.ts';

type Mapping = (value: number) => number;

const elementwiseKinds: ReadonlySet<string> = new Set<(ElementwiseOp | LeakyReluOp)['kind']>([
  'logistic',
  'tanh',
  'relu',
  'relu6',
  'hardSwish',
  'quantize',
  'leakyRelu',
]);

export function isElementwise(op: Op): op is ElementwiseOp | LeakyReluOp {
  return elementwiseKinds.has(op.kind);
}

/** The output of an elementwise op for each int8 input, at index input + 128: all that code for it needs. */
export function lookupTableOf(network: Network, opIndex: number): Int8Array {
  const op = network.graph.ops[opIndex] as ElementwiseOp | LeakyReluOp;
  const input = network.quantisation[op.inputs[0]!]!;
  const output = network.quantisation[op.outputs[0]!]!;
  return elementwiseTable(op, network.parameters[opIndex]!, input, output);
}

/** TensorFlow Lite Micro's int8 elementwise kernels, evaluated at every input. */
export function elementwiseTable(
  op: ElementwiseOp | LeakyReluOp,
  { activationMin, activationMax }: OpParameters,
  input: ActivationQuantisation,
  output: ActivationQuantisation,
): Int8Array {
  const map = mappingOf(op, input, output);
  return Int8Array.from({ length: 256 }, (_, index) =>
    Math.max(activationMin, Math.min(activationMax, map(index - 128))),
  );
}

function mappingOf(
  op: ElementwiseOp | LeakyReluOp,
  input: ActivationQuantisation,
  output: ActivationQuantisation,
): Mapping {
  switch (op.kind) {
    case 'relu6':
      // The reference only clamps: it takes both quantisations for the same.
      return (value) => value;
    case 'relu':
      return rescaling(Math.fround(input.scale / output.scale), input, output);
    case 'quantize':
      return rescaling(input.scale / output.scale, input, output);
    case 'leakyRelu':
      return leakyRelu(op.alpha, input, output);
    case 'hardSwish':
      return hardSwish(input, output);
    case 'logistic':
      return (value) => {
        const result = sigmoidal(value - input.zeroPoint, input.scale, fixedPointLogistic);
        return result === -Infinity || result === Infinity
          ? result
          : roundingDivideByPowerOfTwo(result, 23) - 128;
      };
    case 'tanh':
      return (value) => {
        const result = sigmoidal(value - input.zeroPoint, input.scale, fixedPointTanh);
        return result === -Infinity || result === Infinity ? result : roundingDivideByPowerOfTwo(result, 24);
      };
    default:
      return op satisfies never;
  }
}

function rescaling(ratio: number, input: ActivationQuantisation, output: ActivationQuantisation): Mapping {
  const { multiplier, shift } = quantizeMultiplier(ratio);
  return (value) => scaled(value - input.zeroPoint, multiplier, shift) + output.zeroPoint;
}

function leakyRelu(alpha: number, input: ActivationQuantisation, output: ActivationQuantisation): Mapping {
  const identity = quantizeMultiplier(Math.fround(input.scale / output.scale));
  const slope = quantizeMultiplier(Math.fround(Math.fround(input.scale * Math.fround(alpha)) / output.scale));
  return (value) => {
    const offset = value - input.zeroPoint;
    if (offset >= 0) {
      return scaled(offset, identity.multiplier, identity.shift) + output.zeroPoint;
    }
    // The magnitude is scaled and the sign put back, so that a negative slope rounds as a positive one.
    const magnitude = scaled(offset, Math.abs(slope.multiplier), slope.shift);
    return (slope.multiplier < 0 ? -magnitude : magnitude) + output.zeroPoint;
  };
}

/** `curve` of the input as a Q4; ±Infinity where the input is beyond what a Q4 can hold. */
function sigmoidal(offset: number, scale: number, curve: Mapping): number {
  const { multiplier, shift } = quantizeMultiplier(scale * 2 ** 27);
  const radius = Math.floor((15 * 2 ** 27) / 2 ** shift);
  if (offset <= -radius) {
    return -Infinity;
  }
  return offset >= radius ? Infinity : curve(scaled(offset, multiplier, shift));
}
