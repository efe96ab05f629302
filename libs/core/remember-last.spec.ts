import { expect, test } from 'vitest';
import { rememberLast } from './remember-last.ts';

test('only what was asked last is remembered, and a failure is not', () => {
  const asked: number[] = [];
  const double = rememberLast(({ n }: { n: number }) => {
    asked.push(n);
    if (n < 0) throw new Error('below zero');
    return 2 * n;
  });
  const [one, two, bad] = [{ n: 1 }, { n: 2 }, { n: -1 }];
  expect([one, one, two, two, one].map(double)).toEqual([2, 2, 4, 4, 2]);
  expect(() => double(bad)).toThrow('below zero');
  expect(() => double(bad)).toThrow('below zero');
  expect(double(one)).toBe(2);
  expect(asked).toEqual([1, 2, 1, -1, -1]);
});
