import { expect, test } from 'vitest';
import { predictedSvg } from './predicted-svg.ts';

test('one dot for each network, on the diagonal where predicted equals measured', () => {
  const svg = predictedSvg(
    [
      { candidate: 'a<b', macs: 1, measured: 2e6, predicted: 2e6 },
      { candidate: 'far', macs: 1, measured: 4e6, predicted: 8e6 },
    ],
    'm4',
    'instructions',
  );
  const dots = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [
    Number(x),
    Number(y),
  ]);
  expect(dots).toHaveLength(2);
  expect(dots[0]![0]! - 64).toBeCloseTo(64 + 480 - dots[0]![1]!, 0);
  expect(dots[1]![0]! - 64).toBeLessThan(64 + 480 - dots[1]![1]!);
  expect(svg).toContain('a&lt;b: measured 2000000, predicted 2000000');
  expect(svg).toContain('2 networks, mean error 50.00 %, within 5 %: 50 %');
});
