/**
 * Two-sided 95 % critical values of Student's t for 1 to 30 degrees of freedom, then for 40, 60, 120 and infinitely
 * many (NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, column 0.975).
 */
const small = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];
const large = [
  [30, 2.042],
  [40, 2.021],
  [60, 2],
  [120, 1.98],
  [Infinity, 1.96],
] as const;

/** By how many standard errors a mean may be off, at 95 % confidence. Error RangeError below one degree of freedom. */
export function studentT95(degreesOfFreedom: number): number {
  if (!Number.isInteger(degreesOfFreedom) || degreesOfFreedom < 1) {
    throw new RangeError(`t was asked for ${degreesOfFreedom} degrees of freedom, expected 1 or more`);
  }
  if (degreesOfFreedom <= small.length) {
    return small[degreesOfFreedom - 1]!;
  }
  // Between the entries of the table t is all but linear in the inverse of the degrees.
  const next = large.findIndex(([degrees]) => degreesOfFreedom <= degrees);
  const [[below, high], [above, low]] = [large[next - 1]!, large[next]!];
  const part = (1 / below - 1 / degreesOfFreedom) / (1 / below - 1 / above);
  return high + part * (low - high);
}
