import { describe, expect, it } from 'vitest';
import { channelRecords } from './channel-records.ts';

describe('channel records', () => {
  const channels = {
    weights: [Int8Array.of(1, -2, 3), Int8Array.of(4, 5, 6)],
    bias: Int32Array.of(10, -20),
    multipliers: { multipliers: Int32Array.of(1 << 30, 1 << 30), shifts: Int32Array.of(-4, -5) },
    inputZeroPoint: -3,
    outputZeroPoint: 2,
    inputOffset: 128,
    activationMin: -128,
    activationMax: 127,
  };

  it('hold twice the folded bias, padded weights, multiplier, rounding and shift', () => {
    const bytes = channelRecords(channels)!;
    const view = new DataView(bytes.buffer);
    expect(bytes.length).toBe(2 * 20);
    expect(view.getInt32(0, true)).toBe(2 * (10 - (128 - 3) * (1 - 2 + 3)));
    expect(view.getInt32(20, true)).toBe(2 * (-20 - (128 - 3) * 15));
    expect([...new Int8Array(bytes.buffer, 24, 4)]).toEqual([4, 5, 6, 0]);
    expect([28, 32, 36].map((at) => view.getInt32(at, true))).toEqual([1 << 30, 16 + 2 * 32, 5]);
  });

  it('are refused as a whole if one channel is out of bounds', () => {
    const shifts = Int32Array.of(-4, 1);
    expect(channelRecords({ ...channels, multipliers: { ...channels.multipliers, shifts } })).toBeUndefined();
  });
});
