import fc from 'fast-check';
import { expect, test } from 'vitest';

import { FairQueue, type QueueItem } from './fair-queue.ts';

const agingMs = 60_000;

function item(seq: number, changes: Partial<QueueItem> = {}): QueueItem {
  return { id: `j${seq}`, seq, user: 'ann', priority: 5, classKey: 'a', queuedAtMs: 0, ...changes };
}

function drain(queue: FairQueue, nowMs = 0, cost = 1): string[] {
  const ids: string[] = [];
  for (;;) {
    const picked = queue.pick([...queue.classKeys()], nowMs);
    if (picked === undefined) return ids;
    queue.charge(picked.user, cost);
    ids.push(picked.id);
  }
}

test('higher priority goes first, and inside a priority the older', () => {
  const queue = new FairQueue(agingMs);
  queue.add(item(1, { priority: 3 }));
  queue.add(item(2));
  queue.add(item(3, { priority: 9 }));
  queue.add(item(4));
  expect(drain(queue)).toEqual(['j3', 'j2', 'j4', 'j1']);
});

test('a user with one job does not wait behind the thousand of another', () => {
  const queue = new FairQueue(agingMs);
  for (let seq = 1; seq <= 1000; seq++) queue.add(item(seq));
  queue.add(item(1001, { user: 'bob' }));
  queue.add(item(1002, { user: 'bob' }));
  expect(drain(queue).slice(0, 4)).toEqual(['j1', 'j1001', 'j2', 'j1002']);
});

test('who comes late has no claim for the time before', () => {
  const queue = new FairQueue(agingMs);
  for (let seq = 1; seq <= 200; seq++) queue.add(item(seq));
  for (let taken = 0; taken < 100; taken++) queue.charge(queue.pick(['a'], 0)!.user, 1);
  for (let seq = 201; seq <= 300; seq++) queue.add(item(seq, { user: 'bob' }));
  const next = Array.from({ length: 20 }, () => {
    const picked = queue.pick(['a'], 0)!;
    queue.charge(picked.user, 1);
    return picked.user;
  });
  expect(next.filter((user) => user === 'bob').length).toBeLessThanOrEqual(11);
});

test('waiting raises the priority, so that the lowest goes before a stream of the highest', () => {
  const queue = new FairQueue(agingMs);
  queue.add(item(1, { priority: 0 }));
  queue.add(item(2, { priority: 9, queuedAtMs: 8 * agingMs }));
  expect(queue.pick(['a'], 8 * agingMs)?.id).toBe('j2');
  queue.add(item(3, { priority: 9, queuedAtMs: 10 * agingMs }));
  expect(queue.pick(['a'], 10 * agingMs)?.id).toBe('j1');
});

test('only the classes that were asked for are picked', () => {
  const queue = new FairQueue(agingMs);
  queue.add(item(1));
  queue.add(item(2, { classKey: 'b' }));
  expect(queue.pick(['b'], 0)?.id).toBe('j2');
  expect(queue.pick(['b'], 0)).toBeUndefined();
  expect(queue.pick(['a'], 0, { allows: () => false })).toBeUndefined();
});

test('a removed item is never picked, and one that comes back keeps its place', () => {
  const queue = new FairQueue(agingMs);
  for (let seq = 1; seq <= 5; seq++) queue.add(item(seq));
  queue.remove('j3');
  const second = queue.remove('j2')!;
  expect(queue.ahead('j4')).toBeLessThanOrEqual(3);
  queue.add(second);
  expect(drain(queue)).toEqual(['j1', 'j2', 'j4', 'j5']);
  expect(queue.size).toBe(0);
});

test('whatever is added and removed, each item that is left is picked exactly once', () => {
  const action = fc.record({
    priority: fc.integer({ min: 0, max: 9 }),
    user: fc.constantFrom('ann', 'bob', 'cid'),
    classKey: fc.constantFrom('a', 'b'),
    removed: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      const queue = new FairQueue(agingMs);
      for (const [seq, { priority, user, classKey }] of actions.entries()) {
        queue.add(item(seq, { priority, user, classKey }));
      }
      for (const [seq, { removed }] of actions.entries()) if (removed) queue.remove(`j${seq}`);
      const left = actions.flatMap(({ removed }, seq) => (removed ? [] : [`j${seq}`]));
      expect(drain(queue).sort()).toEqual(left.sort());
    }),
  );
});
