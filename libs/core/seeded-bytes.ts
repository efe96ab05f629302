/**
 * The default input of a measurement: s = 12345 + seed, then s = s * 1664525 + 1013904223 (mod 2^32), byte = s >>> 24.
 * The firmware's `tf-fill` makes the same bytes, so that a seeded input need not cross the serial line.
 */
export function seededBytes(length: number, seed: number): Int8Array {
  const bytes = new Int8Array(length);
  let state = (12345 + seed) >>> 0;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = ((state >>> 24) << 24) >> 24;
  }
  return bytes;
}
