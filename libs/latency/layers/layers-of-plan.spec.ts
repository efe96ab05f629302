import { expect, test } from 'vitest';
import {
  arrangeSegments,
  choosePlan,
  planPatches,
  segmentStep,
  usualKernelNeeds,
  wholeImageSteps,
} from '#codegen';
import { genotypeToGraph, graphMacs, seededRandom } from '#network';
import { randomTinyNas } from '../testing/random-tiny-nas.ts';
import type { NetworkLayers } from './layer-shape.ts';
import { layersOfGraph } from './layers-of-graph.ts';
import { layersOfPlan } from './layers-of-plan.ts';

const graph = genotypeToGraph(randomTinyNas(seededRandom(2), { width: 0.4, resolution: 96 }));
const { candidates } = choosePlan(graph);

function outputsOf({ layers }: NetworkLayers, kernel: string): number {
  return layers
    .flatMap(({ parts }) => parts)
    .filter(({ shape }) => shape.kernel === kernel)
    .reduce((sum, { shape, calls }) => sum + calls * shape.outHeight * shape.outWidth * shape.outChannels, 0);
}

test('a whole-image plan has the layers of the graph', () => {
  const whole = candidates.find(({ kind }) => kind === 'whole')!;
  expect(layersOfPlan(graph, whole)).toEqual(layersOfGraph(graph));
});

test('row by row, a fused plan makes every output once', () => {
  const fused = candidates.filter(({ kind }) => kind === 'fused');
  expect(fused.length).toBeGreaterThan(0);
  for (const plan of fused) {
    const layers = layersOfPlan(graph, plan);
    for (const kernel of ['pointwise', 'depthwise3x3s1', 'depthwise7x7s1']) {
      expect(outputsOf(layers, kernel)).toBe(outputsOf(layersOfGraph(graph), kernel));
    }
    expect(layers.layers.map(({ name }) => name)).toHaveLength(plan.steps.length);
  }
});

test('patches make more outputs than there are, as their MACs say', () => {
  const patches = planPatches(graph, { splitOp: 4, rows: 2, cols: 2 }, usualKernelNeeds)!;
  const segments = arrangeSegments(graph, patches, []);
  const steps = segments.map((segment) =>
    segmentStep(graph, segment, wholeImageSteps(graph, usualKernelNeeds)),
  );
  const macs = graphMacs(graph) + patches.macs - patches.wholeMacs;
  const layers = layersOfPlan(graph, { segments, steps, macs });
  expect(patches.macs).toBeGreaterThan(patches.wholeMacs);
  expect(layers.layers.reduce((sum, layer) => sum + layer.macs, 0)).toBe(macs);
  expect(outputsOf(layers, 'conv2d')).toBeGreaterThan(outputsOf(layersOfGraph(graph), 'conv2d'));
  const forms = layers.layers[0]!.parts.map(({ shape }) => shape.form);
  expect(new Set(forms)).toEqual(new Set(['patch', 'rest']));
});
