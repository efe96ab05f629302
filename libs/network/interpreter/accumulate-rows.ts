/**
 * Matrix product in int32: sums[r, o] = bias[o] + Σ (rows[r, k] - zeroPoint) * weights[o, k]. Four outputs at a
 * time, so that each element of a row is loaded once for four products. Wraps as int32 does.
 */
export function accumulateRows(
  rows: Int8Array,
  taps: number,
  zeroPoint: number,
  weights: Int8Array,
  bias: Int32Array | undefined,
  sums: Int32Array,
  outputs: number,
): void {
  const offsets = foldedBias(weights, taps, zeroPoint, bias, outputs);
  const rowCount = sums.length / outputs;
  for (let r = 0; r < rowCount; r++) {
    const row = r * taps;
    let o = 0;
    for (; o + 4 <= outputs; o += 4) {
      let w0 = o * taps;
      let w1 = w0 + taps;
      let w2 = w1 + taps;
      let w3 = w2 + taps;
      let a0 = offsets[o]!;
      let a1 = offsets[o + 1]!;
      let a2 = offsets[o + 2]!;
      let a3 = offsets[o + 3]!;
      for (let k = row; k < row + taps; k++) {
        const x = rows[k]!;
        a0 = (a0 + Math.imul(x, weights[w0++]!)) | 0;
        a1 = (a1 + Math.imul(x, weights[w1++]!)) | 0;
        a2 = (a2 + Math.imul(x, weights[w2++]!)) | 0;
        a3 = (a3 + Math.imul(x, weights[w3++]!)) | 0;
      }
      const target = r * outputs + o;
      sums[target] = a0;
      sums[target + 1] = a1;
      sums[target + 2] = a2;
      sums[target + 3] = a3;
    }
    for (; o < outputs; o++) {
      let sum = offsets[o]!;
      let w = o * taps;
      for (let k = row; k < row + taps; k++) {
        sum = (sum + Math.imul(rows[k]!, weights[w++]!)) | 0;
      }
      sums[r * outputs + o] = sum;
    }
  }
}

/** bias[o] - zeroPoint * Σ weights[o, k], so that the inner loop need not subtract the zero point. */
function foldedBias(
  weights: Int8Array,
  taps: number,
  zeroPoint: number,
  bias: Int32Array | undefined,
  outputs: number,
): Int32Array {
  const folded = new Int32Array(outputs);
  for (let o = 0; o < outputs; o++) {
    let sum = 0;
    for (let k = o * taps; k < (o + 1) * taps; k++) {
      sum += weights[k]!;
    }
    folded[o] = (bias?.[o] ?? 0) - zeroPoint * sum;
  }
  return folded;
}
