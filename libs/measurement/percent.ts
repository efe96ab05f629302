/** A share as per cents of two digits, without their sign: `0.0312` is `3.1`. */
export function percent(share: number): string {
  return String(Number((share * 100).toPrecision(2)));
}
