import { describe, expect, it } from 'vitest';
import { Patience } from './patience.ts';

const layersOf = (macs: number) => [{ name: '00', kind: 'pointwise', macs }] as const;
const board = { fidelity: 'hardware', clockHz: 168e6, layers: layersOf(12e6) } as const;

describe('Patience', () => {
  it('grants the first inference many times what a network of 12 M MACs takes, and less than 10 s', () => {
    const { firstMs } = new Patience(board);
    // At 2 cycles a MAC it takes 143 ms.
    expect(firstMs).toBeGreaterThan(20 * 143);
    expect(firstMs).toBeLessThan(10_000);
    expect(new Patience({ ...board, fidelity: 'emulated' }).firstMs).toBeLessThan(10_000);
  });

  it('grants more to more work, and to a slower core', () => {
    const { firstMs } = new Patience(board);
    expect(new Patience({ ...board, layers: layersOf(100e6) }).firstMs).toBeGreaterThan(4 * firstMs);
    expect(new Patience({ ...board, clockHz: 16e6 }).firstMs).toBeGreaterThan(6 * firstMs);
  });

  it("takes the user's word for the first inference", () => {
    expect(new Patience({ ...board, timeoutMs: 300_000 }).deadlineMs(1)).toBe(300_000);
    expect(new Patience({ ...board, timeoutMs: 1000 }).deadlineMs(1)).toBe(1000);
  });

  it('grants several inferences in one command so many times the first', () => {
    const patience = new Patience(board);
    expect(patience.deadlineMs(3)).toBe(3 * patience.firstMs);
  });

  it('grants the others a multiple of what the first one took, however slow that was', () => {
    const patience = new Patience(board);
    patience.learn(50);
    expect(patience.deadlineMs(3)).toBeLessThan(5000);
    patience.learn(100_000);
    expect(patience.deadlineMs(1)).toBeGreaterThan(300_000);
  });

  it("grants no inference more than the user's word, the first or a later one", () => {
    const patience = new Patience({ ...board, timeoutMs: 1000 });
    patience.learn(800);
    expect(patience.deadlineMs(1)).toBe(1000);
    expect(patience.deadlineMs(3)).toBe(3000);
    patience.learn(10);
    expect(patience.deadlineMs(64)).toBeLessThan(4000);
  });

  it('waits a minute where nothing is known of the network', () => {
    expect(new Patience({ ...board, layers: [] }).firstMs).toBe(60_000);
  });
});
