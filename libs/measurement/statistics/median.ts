/** The middle value, or the mean of the two in the middle. Error RangeError where there is none. */
export function median(values: readonly number[]): number {
  if (values.length === 0) {
    throw new RangeError('the median of no values was asked for, expected one or more');
  }
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Median absolute deviation from the median, in the unit of the values. */
export function medianAbsoluteDeviation(values: readonly number[]): number {
  const middle = median(values);
  return median(values.map((value) => Math.abs(value - middle)));
}
