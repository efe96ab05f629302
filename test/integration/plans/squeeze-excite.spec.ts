import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planCodeByHand } from '#codegen';
import { readTflite, seededNetwork, writeTflite, type Graph, type Op } from '#network';
import { ModelPrograms, type Platform } from '../codegen/support/model-program.ts';
import { expectPlan } from './run-plan.ts';

function convolution(name: string, input: number, output: number, kernel = 1, stride = 1): Op {
  const pad = (kernel - 1) / 2;
  return {
    kind: 'conv2d',
    name,
    inputs: [input],
    outputs: [output],
    padding: { top: pad, bottom: pad, left: pad, right: pad },
    kernelHeight: kernel,
    kernelWidth: kernel,
    strideHeight: stride,
    strideWidth: stride,
    dilationHeight: 1,
    dilationWidth: 1,
  };
}

/** Stem, expansion, depthwise, squeeze-and-excite (mean, two convolutions, a product over all pixels), projection. */
const graph: Graph = {
  name: 'squeeze-excite',
  tensors: [
    [1, 24, 24, 3],
    [1, 12, 12, 8],
    [1, 12, 12, 24],
    [1, 12, 12, 24],
    [1, 1, 1, 24],
    [1, 1, 1, 6],
    [1, 1, 1, 24],
    [1, 12, 12, 24],
    [1, 12, 12, 8],
  ].map((shape, id) => ({ name: `t${id}`, shape })),
  ops: [
    convolution('stem', 0, 1, 3, 2),
    convolution('expand', 1, 2),
    { ...convolution('depthwise', 2, 3, 3), kind: 'depthwiseConv2d', depthMultiplier: 1 } as Op,
    { kind: 'mean', name: 'squeeze', inputs: [3], outputs: [4], axes: [1, 2] },
    convolution('reduce', 4, 5),
    convolution('excite', 5, 6),
    { kind: 'mul', name: 'scale', inputs: [3, 6], outputs: [7] },
    convolution('project', 7, 8),
  ],
  inputs: [0],
  outputs: [8],
};

const platforms: readonly Platform[] = ['host', 'cortex-m4', 'cortex-m7'];

describe.each(platforms)('a squeeze-and-excite block on %s: the bytes of the interpreter', (platform) => {
  let programs: ModelPrograms;

  beforeAll(async () => {
    programs = await ModelPrograms.create(platform);
  });

  afterAll(() => programs.remove());

  it('whole, in patches and by rows', async () => {
    // By way of a file, as networks of others come.
    const { network } = readTflite(writeTflite(seededNetwork(graph, 3)), graph.name);
    const plans = [
      planCodeByHand(network.graph, {}),
      planCodeByHand(network.graph, { patches: { splitOp: 3, rows: 2, cols: 3 } }),
      planCodeByHand(network.graph, { streamedOps: 3, fusedRowsPerCall: 2 }),
    ];
    expect(plans.map(({ kind }) => kind)).toEqual(['whole', 'patches', 'streamed']);
    for (const plan of plans) await expectPlan(programs, network, plan, 7);
  });
});
