import { expect, test } from 'vitest';

import type { Measurement } from '#measurement';

import { measurementReport } from './measurement-report.ts';

const memory = {
  arenaBytes: 0,
  stackBytes: 0,
  staticBytes: 9,
  inputBytes: 0,
  inputInArena: true,
  peakBytes: 9,
};
const provenance = { tools: {}, flags: [], mlperf: { latencyUs: 2973.25 } };

/** Of a finished firmware, of which neither layers nor MACs are known. */
const firmware = {
  id: 'm1',
  candidate: 'app.elf',
  target: 'stm32f405',
  on: 'board',
  board: 'left',
  fidelity: 'hardware',
  status: 'accepted',
  reason: null,
  instructions: null,
  cycles: 499_506,
  spread: null,
  macs: 0,
  sram: { planned: memory, measured: null },
  flash: { codeBytes: 1, weightBytes: 1, totalBytes: 2 },
  output: null,
  layers: [],
  provenance: provenance as unknown as Measurement['provenance'],
} satisfies Measurement;

test('a finished firmware has its latency, and no share of MACs and no layers that nobody knows', () => {
  const text = measurementReport(firmware);
  expect(text).toMatch(/^cycles {8}499,506\nlatency {7}2973\.3 us, by the firmware's own time stamps$/m);
  expect(text).not.toMatch(/MAC|layer/);
});

test('an emulated one has no latency', () => {
  const emulated = { ...firmware, fidelity: 'emulated', cycles: null, instructions: 499_462 } as const;
  const virtual = { ...provenance, mlperf: { virtualUs: 2973.25 } } as unknown as Measurement['provenance'];
  const text = measurementReport({ ...emulated, provenance: virtual });
  expect(text).toMatch(/^instructions {2}499,462 \(emulated, not a latency\)$/m);
  expect(text).not.toMatch(/^latency/m);
});

test('a layer that was not counted has no number, rather than 0', () => {
  const layers = [{ name: '00_conv', kind: 'conv2d', macs: 1000 }];
  const text = measurementReport({ ...firmware, macs: 1000, layers });
  expect(text).toMatch(/^00_conv +conv2d +1,000 +- +- +-$/m);
});
