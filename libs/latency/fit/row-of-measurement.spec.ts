import { describe, expect, test } from 'vitest';
import { noInstructions, type Measurement } from '#measurement';
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

describe('classes of instructions', () => {
  const classes = { ...noInstructions, instructions: 9, loads: 2, branches: 3, branchesTaken: 1, other: 4 };
  const counted = measurement.layers.map((layer) => ({ ...layer, instructions: 9, classes }));
  const emulated = { ...measurement, fidelity: 'emulated', cycles: null, instructions: cost } as const;

  test('are taken with each instruction in one class', () => {
    const { layerClasses } = rowOfMeasurement({ ...emulated, layers: counted }, network);
    expect(layerClasses).toHaveLength(network.layers.length);
    expect(layerClasses![0]).toEqual({ load: 2, store: 0, multiply: 0, divide: 0, branchTaken: 1, other: 6 });
  });

  test('of some layers only are left out, as are those beside cycles', () => {
    const some = [measurement.layers[0]!, ...counted.slice(1)];
    expect(rowOfMeasurement({ ...emulated, layers: some }, network).layerClasses).toBeUndefined();
    expect(rowOfMeasurement({ ...measurement, layers: counted }, network).layerClasses).toBeUndefined();
  });
});

test('a rejected measurement is no row', () => {
  expect(() => rowOfMeasurement({ ...measurement, status: 'rejected' }, network)).toThrow(
    `measurement m1 is rejected and has ${cost} cycles`,
  );
});
