import { expect, test } from 'vitest';

import { boardFacts, request, TrialFarm } from '../testing/trial-farm.ts';

test('the same candidate with the same settings is answered from the record', async () => {
  const trial = await TrialFarm.open();
  const [first] = await trial.submit(request('net'));
  await trial.on('b1').finish();
  const [second] = await trial.submit(request('net', { user: 'bob' }));
  const job = await trial.farm.job(second!);
  expect(job).toMatchObject({ state: 'succeeded', answeredFrom: 'record', attempts: 0 });
  expect(job!.measurementId).toBe((await trial.farm.job(first!))!.measurementId);
  expect(trial.rows.measurements.size).toBe(1);
});

test('other settings, another board or the wish for a fresh one are measured', async () => {
  const trial = await TrialFarm.open();
  await trial.submit(request('net'));
  await trial.on('b1').finish();
  await trial.submit(request('net', { settings: { repeats: 99 } }));
  expect(trial.held).toHaveLength(1);
  await trial.on('b1').finish();
  await trial.submit(request('net', { fresh: true }));
  expect(trial.held).toHaveLength(1);
  await trial.on('b1').finish();
  await trial.submit(request('net', { board: 'b1' }));
  expect(trial.held).toHaveLength(1);
});

test('identical jobs at the same time share one attempt', async () => {
  const trial = await TrialFarm.open({ boards: [boardFacts('b1'), boardFacts('b2')] });
  const ids = await trial.submit(request('net'), request('net', { user: 'bob' }), request('net'));
  expect(trial.held).toHaveLength(1);
  expect(trial.farm.explain(ids[1]!)?.text).toContain(`shares the attempt of job ${ids[0]}`);
  await trial.on('b1').finish();
  const jobs = await Promise.all(ids.map((id) => trial.farm.job(id)));
  expect(jobs.map((job) => job!.answeredFrom)).toEqual(['attempt', 'shared', 'shared']);
  expect(new Set(jobs.map((job) => job!.measurementId)).size).toBe(1);
});

test('who cancels the job that others share does not take it from them', async () => {
  const trial = await TrialFarm.open();
  const [first, second, third] = await trial.submit(request('net'), request('net'), request('net'));
  await trial.farm.cancel(first!, 'ann');
  await trial.on('b1').fail(new Error('let go'));
  expect(await trial.farm.job(first!)).toMatchObject({ state: 'cancelled' });
  await trial.on('b1').finish();
  expect(await trial.farm.job(second!)).toMatchObject({ state: 'succeeded', answeredFrom: 'attempt' });
  expect(await trial.farm.job(third!)).toMatchObject({ state: 'succeeded', answeredFrom: 'shared' });
});

test('an urgent job lends its priority to the one that it shares', async () => {
  const trial = await TrialFarm.open();
  await trial.submit(request('busy'), request('a'), request('slow', { priority: 1 }));
  await trial.submit(request('slow', { priority: 9 }));
  await trial.on('b1').finish();
  expect(trial.busy()).toEqual({ b1: 'slow' });
});
