import { expect, test } from 'vitest';

import { FarmError } from '#core';

import { boardFacts, request, TrialFarm } from '../testing/trial-farm.ts';

const hour = 3_600_000;

test('an unknown board runs its sentinel before real work', async () => {
  const trial = await TrialFarm.open({ sentinel: true });
  await trial.submit(request('net'));
  expect(trial.busy()).toEqual({ b1: 'sentinel' });
  await trial.on('b1').finish();
  expect(trial.board('b1')).toMatchObject({ health: 'good', reason: 'passed its sentinel' });
  expect(trial.busy()).toEqual({ b1: 'net' });
});

test('a target without a sentinel has boards that are trusted, and that say why', async () => {
  const trial = await TrialFarm.open();
  expect(trial.board('b1')).toMatchObject({ health: 'good', reason: 'target stm32f405 has no sentinel' });
});

test('a board whose sentinel fails is quarantined with the reason, and gets no work', async () => {
  const trial = await TrialFarm.open({ sentinel: true });
  const [id] = await trial.submit(request('net'));
  await trial.on('b1').fail(new FarmError('SERIAL_CLOSED', 'the tty went away'));
  expect(trial.board('b1')).toMatchObject({
    health: 'bad',
    reason: 'its sentinel failed: SERIAL_CLOSED: the tty went away',
  });
  expect(trial.busy()).toEqual({});
  expect(trial.farm.explain(id!)?.text).toContain('b1 is quarantined: its sentinel failed');
});

test('a quarantined board returns after its clean sentinels in a row, and not before', async () => {
  const trial = await TrialFarm.open({
    sentinel: true,
    settings: { cleanToReturn: 3, quarantineRetryMs: 60_000 },
  });
  const sentinel = async (): Promise<void> => {
    await trial.clock.advance(60_000);
    expect(trial.busy()).toEqual({ b1: 'sentinel' });
    await trial.on('b1').finish();
  };
  await trial.on('b1').fail(new FarmError('SERIAL_CLOSED', 'gone'));
  await sentinel();
  await sentinel();
  expect(trial.board('b1').health).toBe('bad');
  await trial.clock.advance(60_000);
  await trial.on('b1').fail(new FarmError('SERIAL_CLOSED', 'gone again'));
  await sentinel();
  await sentinel();
  expect(trial.board('b1').health).toBe('bad');
  await sentinel();
  expect(trial.board('b1')).toMatchObject({ health: 'good', reason: 'passed 3 sentinels in a row' });
});

test('a board that measures otherwise than it used to is quarantined, with both figures', async () => {
  const trial = await TrialFarm.open({ sentinel: true, settings: { sentinelEveryMs: hour } });
  for (let time = 0; time < 4; time++) {
    await trial.on('b1').finish({ cycles: 1_000_000 + time });
    await trial.clock.advance(hour);
  }
  await trial.on('b1').finish({ cycles: 1_010_000 });
  expect(trial.board('b1').health).toBe('bad');
  expect(trial.board('b1').reason).toMatch(
    /measured 1010000, expected 9950\d\d.* to 100\d+.* \(band of the board\)/,
  );
  const [spread] = await trial.farm.sentinels();
  expect(spread!.boards[0]!.results).toBe(5);
});

test('a new board that differs from its fellows is not taken', async () => {
  const trial = await TrialFarm.open({ boards: [boardFacts('b1'), boardFacts('b2')], sentinel: true });
  await trial.on('b1').finish({ cycles: 1_000_000 });
  await trial.on('b2').finish({ cycles: 1_200_000 });
  expect(trial.board('b1').health).toBe('good');
  expect(trial.board('b2')).toMatchObject({ health: 'bad' });
  expect(trial.board('b2').reason).toContain('band of the target');
});

test('a person can take a board out and bring it back', async () => {
  const trial = await TrialFarm.open({ sentinel: true });
  await trial.on('b1').finish();
  await trial.farm.setHealth('b1', 'maintenance', 'new cable');
  await trial.submit(request('net'));
  expect(trial.busy()).toEqual({});
  await trial.farm.setHealth('b1', 'good', 'cable is in');
  await trial.clock.advance(0);
  expect(trial.busy()).toEqual({ b1: 'net' });
});

test('a board that left the list takes nothing, and is unknown when it comes back otherwise', async () => {
  const trial = await TrialFarm.open({ boards: [boardFacts('b1'), boardFacts('b2')], sentinel: true });
  await trial.on('b1').finish();
  await trial.on('b2').finish();
  const [id] = await trial.submit(request('held'), request('net'));
  await trial.on('b2').finish();
  trial.farm.listBoards([boardFacts('b1')]);
  await trial.submit(request('later'));
  expect(trial.busy()).toEqual({ b1: 'held' });
  expect(trial.board('b2')).toMatchObject({ gone: true, obstacle: 'is no longer in the list of boards' });
  trial.farm.listBoards([boardFacts('b1'), boardFacts('b2', { tags: ['moved'] })]);
  await trial.clock.advance(0);
  expect(trial.busy()).toEqual({ b1: 'held', b2: 'sentinel' });
  expect(id).toBeDefined();
});
