import { expect, it } from 'vitest';
import type { LayerMeasurement } from '../measurement.ts';
import { alignLayers } from './align-layers.ts';

function layer(name: string, kind: string, macs: number): LayerMeasurement {
  return { name, kind, macs };
}

const names = (ours: LayerMeasurement[], theirs: LayerMeasurement[]): string[] =>
  alignLayers(ours, theirs).map(([a, b]) => `${a?.name ?? '-'}|${b?.name ?? '-'}`);

const ours = [
  layer('a', 'conv2d', 700),
  layer('b', 'depthwise3x3s1', 200),
  layer('c', 'pointwise', 210),
  layer('d', 'add', 0),
  layer('e', 'reshape', 0),
  layer('f', 'fullyConnected', 30),
];

it('layers that do the same work stand side by side, and what one run lacks stands alone', () => {
  const theirs = [
    layer('A', 'convolve_s8_kernel3', 700),
    layer('B', 'depthwise_kernel3x3', 200),
    layer('C', 'convolve_1x1_s8', 210),
    layer('D', 'add_fpreq', 0),
    layer('F', 'convolve_1x1_s8', 30),
    layer('O', 'between layers', 0),
  ];
  expect(names(ours, theirs)).toEqual(['a|A', 'b|B', 'c|C', 'd|D', 'e|-', 'f|F', '-|O']);
});

it('a halo of patches does not part them, another layer of the same size does not join them', () => {
  const theirs = [
    layer('A', 'patchpadding_convolve', 900),
    layer('B', 'patchpadding_depthwise', 250),
    layer('F', 'convolve_1x1_s8', 30),
  ];
  expect(names(ours, theirs)).toEqual(['a|A', 'b|B', 'c|-', 'd|-', 'e|-', 'f|F']);
});

it('nothing is lost or named twice', () => {
  const theirs = Array.from({ length: 9 }, (_, i) => layer(`t${i}`, 'conv2d', 10 ** (i % 4)));
  const pairs = alignLayers(ours, theirs);
  expect(pairs.map(([a]) => a).filter((a) => a !== undefined)).toEqual(ours);
  expect(pairs.map(([, b]) => b).filter((b) => b !== undefined)).toEqual(theirs);
});
