import { expect, test } from 'vitest';

import { boardFacts, request, TrialFarm } from '../testing/trial-farm.ts';

test('a job is measured on a board of its target and ends with that measurement', async () => {
  const trial = await TrialFarm.open();
  const [id] = await trial.submit(request('net'));
  expect(trial.busy()).toEqual({ b1: 'net' });
  expect(trial.board('b1')).toMatchObject({ state: 'leased', lease: { token: 1 } });
  await trial.on('b1').finish();
  const job = await trial.farm.job(id!);
  expect(job).toMatchObject({ state: 'succeeded', attempts: 1, answeredFrom: 'attempt' });
  expect(trial.rows.measurements.get(job!.measurementId!)).toMatchObject({ board: 'b1', candidate: 'net' });
  expect(trial.rows.leases.size).toBe(0);
  expect(trial.board('b1').state).toBe('idle');
});

test('target, board and tags decide where a job may run', async () => {
  const trial = await TrialFarm.open({
    boards: [
      boardFacts('b1'),
      boardFacts('b2', { tags: ['probe-v3', 'fast'] }),
      boardFacts('m7', { target: 'mps2-an500', fidelity: 'emulated' }),
    ],
  });
  await trial.submit(
    request('tagged', { target: undefined, tags: ['fast'] }),
    request('other', { target: 'mps2-an500' }),
    request('named', { target: undefined, board: 'b1' }),
  );
  expect(trial.busy()).toEqual({ b2: 'tagged', m7: 'other', b1: 'named' });
});

test('a job for boards that exist nowhere is refused with those that exist', async () => {
  const trial = await TrialFarm.open({ boards: [boardFacts('b1', { tags: ['fast'] })] });
  await expect(trial.farm.submit(request('net', { target: 'nrf52' }))).rejects.toMatchObject({
    code: 'BOARD_UNKNOWN',
    message: 'no board has target nrf52, expected one of b1 (stm32f405, fast)',
  });
  await expect(trial.farm.submit(request('net', { target: undefined }))).rejects.toMatchObject({
    code: 'USAGE_INVALID',
  });
});

test('silicon and emulation of one target are never mixed', async () => {
  const trial = await TrialFarm.open({
    boards: [boardFacts('silicon'), boardFacts('qemu', { fidelity: 'emulated' })],
  });
  await trial.submit(request('a'), request('b'), request('c', { fidelity: 'emulated' }));
  expect(trial.busy()).toEqual({ silicon: 'a', qemu: 'c' });
});

test('the least worn board goes first', async () => {
  const trial = await TrialFarm.open({ boards: [boardFacts('b1'), boardFacts('b2')] });
  await trial.submit(request('a'));
  await trial.on('b1').finish();
  await trial.submit(request('b'));
  expect(trial.busy()).toEqual({ b2: 'b' });
  expect(trial.board('b1').flashes).toBe(1);
});

test('users take turns, and a high priority overtakes what waits', async () => {
  const trial = await TrialFarm.open({ settings: { readyPerBoard: 8 } });
  await trial.submit(request('first'));
  await trial.submit(
    request('ann1'),
    request('ann2'),
    request('bob1', { user: 'bob' }),
    request('urgent', { priority: 9 }),
  );
  const order: string[] = [];
  while (trial.held.length > 0) {
    order.push(trial.busy()['b1']!);
    await trial.clock.advance(1000);
    await trial.on('b1').finish();
  }
  expect(order[1]).toBe('urgent');
  expect(order.indexOf('bob1')).toBeLessThan(order.indexOf('ann2'));
});

test('a low priority is not starved by a stream of high ones', async () => {
  const trial = await TrialFarm.open({ settings: { agingMs: 60_000 } });
  await trial.submit(request('busy'), request('low', { priority: 0 }));
  const order: string[] = [];
  for (let minute = 0; minute < 20 && !order.includes('low'); minute++) {
    await trial.submit(request(`high${minute}`, { priority: 9, user: `user${minute % 3}` }));
    for (let beat = 0; beat < 6; beat++) {
      await trial.clock.advance(10_000);
      trial.on('b1').lease.progress(`beat ${beat}`);
    }
    order.push(trial.busy()['b1']!);
    await trial.on('b1').finish();
  }
  expect(order).toContain('low');
  expect(order.length).toBeLessThan(15);
});

test('candidates are compiled while the boards are busy, a bounded number ahead', async () => {
  const compiled: string[] = [];
  const trial = await TrialFarm.open({
    settings: { compileWidth: 2, readyPerBoard: 2 },
    compiler: {
      compile: async ({ candidate }) => {
        compiled.push(candidate.name);
        return { buildHash: candidate.hash, image: null };
      },
    },
  });
  await trial.submit(...Array.from({ length: 10 }, (_, index) => request(`n${index}`)));
  expect(trial.busy()).toEqual({ b1: 'n0' });
  expect(compiled).toEqual(['n0', 'n1', 'n2']);
});

test('what cannot be compiled fails with the compiler to say why, and never takes a board', async () => {
  const { FarmError } = await import('#core');
  const trial = await TrialFarm.open({
    compiler: { compile: () => Promise.reject(new FarmError('TOOLCHAIN_COMPILE_FAILED', 'net.c:1: no')) },
  });
  const [id] = await trial.submit(request('net'));
  expect(await trial.farm.job(id!)).toMatchObject({
    state: 'failed',
    attempts: 0,
    failure: { code: 'TOOLCHAIN_COMPILE_FAILED', blame: 'candidate', message: 'net.c:1: no' },
  });
});

test('a job that waits says which boards could run it and why each cannot', async () => {
  const trial = await TrialFarm.open({ boards: [boardFacts('b1'), boardFacts('b2'), boardFacts('b3')] });
  await trial.farm.setHealth('b2', 'maintenance', 'new cable');
  await trial.farm.reserve({ boardId: 'b3', user: 'eve', durationMs: 60_000, heartbeatMs: null });
  await trial.submit(request('busy'));
  const [id] = await trial.submit(request('net'));
  const explanation = trial.farm.explain(id!)!;
  expect(explanation.stage).toBe('waiting for a board');
  expect(explanation.boards).toEqual([
    { board: 'b1', obstacle: 'is held by attempt a1 since 2026-01-01T00:00:00.000Z' },
    { board: 'b2', obstacle: 'is in maintenance: new cable' },
    { board: 'b3', obstacle: 'is held by reservation r1 of eve since 2026-01-01T00:00:00.000Z' },
  ]);
  expect(explanation.text).toContain('first in line; 0 of 3 boards could take it now');
});
