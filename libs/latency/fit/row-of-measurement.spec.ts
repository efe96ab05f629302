import { expect, test } from 'vitest';
import type { Measurement } from '#measurement';
import { syntheticRows } from '../testing/synthetic-rows.ts';
import { rowOfMeasurement } from './row-of-measurement.ts';

const [{ network, layerCosts, cost }] = syntheticRows({ seed: 1, count: 1, layers: true }) as [
  ReturnType<typeof syntheticRows>[number],
];

const sram = { planned: {}, measured: null } as Measurement['sram'];
const measurement: Measurement = {
  id: 'm1',
  candidate: network.candidate,
  target: 'stm32f405',
  on: 'board',
  board: 'bench-3',
  fidelity: 'hardware',
  status: 'accepted',
  reason: null,
  instructions: null,
  cycles: cost,
  spread: { repeats: 4, warmup: 1, median: 1000, min: 990, max: 1020, mad: 10 },
  macs: network.macs,
  sram,
  flash: { codeBytes: 1, weightBytes: 1, totalBytes: 2 },
  output: null,
  layers: network.layers.map(({ name, kind, macs }, i) => ({ name, kind, macs, cycles: layerCosts![i]! })),
  provenance: {} as Measurement['provenance'],
};

test('a measurement of a board becomes a row of cycles, with the noise of its median', () => {
  expect(rowOfMeasurement(measurement, network, { space: 's' })).toEqual({
    id: 'm1',
    target: 'stm32f405',
    fidelity: 'hardware',
    board: 'bench-3',
    network,
    cost,
    layerCosts,
    relativeNoise: expect.closeTo(0.007413, 9) as number,
    space: 's',
  });
});

test('costs of some layers only are left out', () => {
  const row = rowOfMeasurement({ ...measurement, layers: measurement.layers.slice(1) }, network);
  expect(row.layerCosts).toBeUndefined();
});

test('a rejected measurement is no row', () => {
  expect(() => rowOfMeasurement({ ...measurement, status: 'rejected' }, network)).toThrow(
    `measurement m1 is rejected and has ${cost} cycles`,
  );
});
