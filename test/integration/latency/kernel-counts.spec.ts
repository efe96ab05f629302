import { beforeAll, expect, test } from 'vitest';

import { generateCode, planCodeByHand, possibleSplits, type PlanByHand, type PlanCandidate } from '#codegen';
import { seededBytes, systemClock } from '#core';
import { createQemuDevice } from '#devices';
import {
  fitModel,
  layersOfGraph,
  layersOfPlan,
  Predictor,
  rowOfMeasurement,
  type TrainingRow,
} from '#latency';
import { measureOn } from '#measurement';
import {
  genotypeToGraph,
  runNetwork,
  seededNetwork,
  seededRandom,
  type Genotype,
  type Graph,
} from '#network';
import { findTarget } from '#targets';
import type { Toolchain } from '#toolchain';

import { randomTinyNas } from '../../../libs/latency/testing/random-tiny-nas.ts';
import { sharedToolchain } from '../harness/qemu-console.ts';

/**
 * Counts follow the loops of the kernels. Who changes a loop without its counts finds out here: layers measured in QEMU,
 * each a call of one kernel or a chain of calls on rows or patches, are no longer a sum of counts times costs.
 */
const target = findTarget('mps2-an386');
const resolutions = [44, 52, 60, 48, 56];
/** Channels and widths that are no multiples of anything. */
const odd: Genotype[] = [5, 7].map((classes, index) => ({
  name: `odd-${classes}`,
  resolution: [19 + 8 * index, 26 - 5 * index],
  inputChannels: 1 + index,
  classes,
  stem: { kernel: 3, stride: 2, channels: 7 + 4 * index },
  blocks: [
    { kernel: 3, stride: 1, expansion: 3, channels: 7 + 4 * index },
    { kernel: 5, stride: 2, expansion: 5, channels: 13 },
    { kernel: 7, stride: 1, expansion: 2, channels: 13 },
  ],
  seed: classes,
}));
let toolchain: Toolchain;
let known: TrainingRow[];
let unseen: TrainingRow[];

beforeAll(async () => {
  toolchain = await sharedToolchain([target]);
  const random = seededRandom(5);
  const networks = resolutions.map((resolution) => randomTinyNas(random, { width: 0.3, resolution }));
  known = await measureAll([...networks.slice(0, 4), odd[0]!]);
  unseen = await measureAll([networks[4]!, odd[1]!]);
});

/** Each network as a whole, in fused blocks, as a stream of rows, and in patches, in ways that differ. */
async function measureAll(genotypes: readonly Genotype[]): Promise<TrainingRow[]> {
  const rows: TrainingRow[] = [];
  for (const [index, genotype] of genotypes.entries()) {
    const graph = genotypeToGraph(genotype);
    const splits = possibleSplits(graph).filter((op) => op > 2 && op < 12);
    const splitOp = splits[index % splits.length]!;
    const plans: (PlanByHand | undefined)[] = [
      undefined,
      { fusedRowsPerCall: [1, 2, 4, 8, 3][index]! },
      { streamedOps: splitOp, fusedRowsPerCall: [2, 1, 8, 4, 1][index]! },
      { patches: { splitOp, rows: [2, 3, 2, 4, 2][index]!, cols: [2, 1, 3, 2, 1][index]! } },
    ];
    for (const plan of plans) {
      rows.push(await measure(genotype, graph, plan && planCodeByHand(graph, plan), rows.length));
    }
  }
  return rows;
}

async function measure(
  { seed }: Genotype,
  graph: Graph,
  plan: PlanCandidate | undefined,
  index: number,
): Promise<TrainingRow> {
  const network = seededNetwork(graph, seed);
  const code = generateCode(network, plan === undefined ? {} : { plan });
  const image = await toolchain.build(code, target);
  const { measurement } = await measureOn(createQemuDevice({ target, clock: systemClock }), image, {
    candidate: { name: graph.name, hash: image.buildHash },
    input: { seed: 0 },
    expected: runNetwork(network, seededBytes(code.inputBytes, 0)).outputs[0]!,
    repeats: 1,
    warmup: 0,
    clock: systemClock,
  });
  const layers = plan === undefined ? layersOfGraph(graph) : layersOfPlan(graph, plan);
  const row = rowOfMeasurement(measurement, layers, { space: graph.name });
  return { ...row, id: `${graph.name}-${String(index).padStart(2, '0')}` };
}

test('layers that no fit has seen cost what the counts say, for each kernel and each form of plan', () => {
  const predictor = new Predictor(fitModel(known).model);
  const errors = new Map<string, number>();
  for (const { network, layerCosts } of unseen) {
    expect(layerCosts).toHaveLength(network.layers.length);
    for (const [index, layer] of network.layers.entries()) {
      // A call from one layer to the next may be a few instructions off.
      const error = Math.max(0, Math.abs(predictor.layerCost(layer) - layerCosts![index]!) - 30);
      const relative = error / Math.max(1, layerCosts![index]!);
      errors.set(layer.kind, Math.max(errors.get(layer.kind) ?? 0, relative));
    }
  }
  const kinds = [
    'pointwise',
    'conv2d',
    'depthwise3x3s1',
    'add',
    'averagePool2d',
    'fullyConnected',
    'fused',
    'patches',
  ];
  expect([...errors.keys()]).toEqual(expect.arrayContaining(kinds));
  const unexplained = [...errors].filter(([, error]) => error > 0.02);
  expect(unexplained).toEqual([]);
});

test('whole networks under any plan cost what the counts say', () => {
  const predictor = new Predictor(fitModel(known).model);
  for (const { network, cost } of unseen) {
    expect(Math.abs(predictor.costOf(network) / cost - 1)).toBeLessThan(0.015);
  }
});
