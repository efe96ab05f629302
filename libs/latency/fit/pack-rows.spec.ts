import { expect, test } from 'vitest';
import { syntheticRows } from '../testing/synthetic-rows.ts';
import { packRows, unpackRows } from './pack-rows.ts';

test('packed rows come back through JSON as they were, with each shape kept once', () => {
  const rows = syntheticRows({ seed: 8, count: 20, layers: true });
  const packed = packRows(rows);
  expect(unpackRows(JSON.parse(JSON.stringify(packed)) as typeof packed)).toEqual(rows);
  expect(packed.shapes.length).toBeLessThan(packed.rows.flatMap(({ network }) => network.layers).length / 2);
});
