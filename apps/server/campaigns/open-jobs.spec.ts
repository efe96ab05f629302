import { expect, test } from 'vitest';

import { FarmError } from '#core';

import { OpenJobs } from './open-jobs.ts';

function openJobs(): { jobs: OpenJobs; cancelled: string[] } {
  const cancelled: string[] = [];
  const cancel = (id: string): Promise<void> => {
    if (id === 'over') return Promise.reject(new FarmError('CONFLICT', 'job over has ended already'));
    cancelled.push(id);
    return Promise.resolve();
  };
  return { jobs: new OpenJobs({ cancel }, 'a test'), cancelled };
}

test('those that have not ended are given up, and one that ends at this moment is no trouble', async () => {
  const { jobs, cancelled } = openJobs();
  for (const id of ['one', 'over', 'two', 'three']) await jobs.add(Promise.resolve(id));
  jobs.delete('two');
  await jobs.giveUp();
  expect(cancelled).toEqual(['one', 'three']);
});

test('one on its way is waited for, and given up too', async () => {
  const { jobs, cancelled } = openJobs();
  let submit = (_id: string): void => {};
  const adding = jobs.add(new Promise((resolve) => (submit = resolve)));
  const refused = jobs.add(Promise.reject(new FarmError('FARM_STOPPING', 'stopping')));
  await expect(refused).rejects.toMatchObject({ code: 'FARM_STOPPING' });
  let done = false;
  const givingUp = jobs.giveUp().then(() => (done = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect([done, cancelled]).toEqual([false, []]);
  submit('late');
  await givingUp;
  expect(await adding).toBe('late');
  expect(new Set(cancelled)).toEqual(new Set(['late']));
});
