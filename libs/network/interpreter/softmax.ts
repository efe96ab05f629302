import type { LogSoftmaxOp, SoftmaxOp } from '../graph/graph.ts';
import { expOnNegativeValues, logInQ5, oneOverOnePlus } from '../quantisation/fixed-point.ts';
import {
  multiplyByQuantizedMultiplier as scaled,
  roundingDivideByPowerOfTwo as divide,
  saturatingRoundingDoublingHighMul as multiply,
} from '../quantisation/multiplier.ts';
import {
  reverseSoftmaxScaling,
  softmaxScaling,
  type SoftmaxScaling,
} from '../quantisation/softmax-scaling.ts';
import type { OpContext } from './op-context.ts';

const expBits = 5;
const sumBits = 12;

/** TFLite's reference Softmax (kernels/internal/reference/softmax.h), int8 to int8. */
export function runSoftmax({ op, inputs, outputs }: OpContext<SoftmaxOp>): void {
  const scaling = softmaxScaling(op.beta, inputs[0]!.quantisation.scale);
  const depth = inputs[0]!.shape.at(-1)!;
  for (let start = 0; start < inputs[0]!.data.length; start += depth) {
    const row = inputs[0]!.data.subarray(start, start + depth);
    const { max, sum } = sumOfExps(row, scaling);
    const headroom = Math.clz32(sum);
    const reciprocal = oneOverOnePlus(((sum << headroom) - 2147483648) | 0);
    const exponent = sumBits - headroom + 23;
    for (const [i, value] of row.entries()) {
      const difference = value - max;
      // The reference refuses sums whose shares all round to 0: an exponent beyond 31.
      const share =
        difference < scaling.diffMin || exponent > 31
          ? 0
          : divide(multiply(reciprocal, expOf(difference, scaling)), exponent);
      outputs[0]!.data[start + i] = Math.min(127, share - 128);
    }
  }
}

/** TFLite's reference LogSoftmax (kernels/internal/reference/log_softmax.h), int8 to int8. */
export function runLogSoftmax({ inputs, outputs }: OpContext<LogSoftmaxOp>): void {
  const scaling = softmaxScaling(1, inputs[0]!.quantisation.scale);
  const reverse = reverseSoftmaxScaling(scaling);
  const depth = inputs[0]!.shape.at(-1)!;
  for (let start = 0; start < inputs[0]!.data.length; start += depth) {
    const row = inputs[0]!.data.subarray(start, start + depth);
    const { max, sum } = sumOfExps(row, scaling);
    const logOfSum = logInQ5(sum);
    const lowest = scaled((logOfSum - 2147483648) | 0, reverse.multiplier, reverse.shift);
    const diffMin = Math.max(scaling.diffMin - 1, lowest);
    for (const [i, value] of row.entries()) {
      const difference = value - max;
      if (difference > diffMin) {
        const log = scaled(difference, scaling.multiplier, scaling.shift) - logOfSum;
        outputs[0]!.data[start + i] = Math.max(-128, Math.min(127, divide(log, 22) + 127));
      } else {
        outputs[0]!.data[start + i] = -128;
      }
    }
  }
}

function expOf(difference: number, { multiplier, shift }: SoftmaxScaling): number {
  return expOnNegativeValues(scaled(difference, multiplier, shift), expBits);
}

/** The largest element of a row, and Σ exp(element - largest) in Q12. */
function sumOfExps(row: Int8Array, scaling: SoftmaxScaling): { max: number; sum: number } {
  let max = -128;
  for (const value of row) {
    max = Math.max(max, value);
  }
  let sum = 0;
  for (const value of row) {
    if (value - max >= scaling.diffMin) {
      sum = (sum + divide(expOf(value - max, scaling), sumBits)) | 0;
    }
  }
  return { max, sum };
}
