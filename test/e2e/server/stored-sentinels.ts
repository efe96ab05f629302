import type { Store } from '#store';

/** What two boards' sentinels of the same image have measured, the second outside its band. */
export async function storeSentinels(store: Store): Promise<void> {
  const common = { target: 'simulated', buildHash: 'b0', at: '2026-01-01T00:00:00.000Z' };
  const within = { ...common, clean: true, reason: 'within its band' };
  await store.farm.open();
  await store.farm.commit([
    { kind: 'sentinel', row: { ...within, attemptId: 'a900', boardId: 'simulated-1', value: 1000 } },
    { kind: 'sentinel', row: { ...within, attemptId: 'a901', boardId: 'simulated-2', value: 1000 } },
    {
      kind: 'sentinel',
      row: {
        ...common,
        attemptId: 'a902',
        boardId: 'simulated-2',
        value: 1100,
        clean: false,
        reason: 'the sentinel measured 1100, expected 990 to 1010 (band of the board)',
      },
    },
  ]);
}
