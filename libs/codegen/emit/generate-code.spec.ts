import { describe, expect, it } from 'vitest';
import {
  genotypeToGraph,
  randomGenotype,
  runNetwork,
  seededNetwork,
  seededRandom,
  graphMacs,
  noPadding,
  tensorBytes,
  type Graph,
  type Network,
  type Op,
} from '#network';
import type { GeneratedCode } from '../generated-code.ts';
import { generateCode } from './generate-code.ts';
import { planCodeByHand } from './schedule/index.ts';

const network = seededNetwork(genotypeToGraph(randomGenotype(seededRandom(7))), 7);

function text({ files }: GeneratedCode, path: string): string {
  return String(files.find((file) => file.path === path)?.content);
}

describe('generated code', () => {
  it('is the same, byte for byte, for the same network', () => {
    const again = seededNetwork(genotypeToGraph(randomGenotype(seededRandom(7))), 7);
    expect(generateCode(again).files).toEqual(generateCode(network).files);
  });

  it('differs where a single weight differs', () => {
    const weights = Int8Array.from(network.parameters[0]!.weights!);
    weights[0] = weights[0] === 5 ? 6 : 5;
    const parameters = network.parameters.with(0, { ...network.parameters[0]!, weights });
    const changed = generateCode({ ...network, parameters }).files;
    const original = generateCode(network).files;
    const differing = changed.filter((file, i) => String(file.content) !== String(original[i]!.content));
    expect(differing.map(({ path }) => path)).toEqual(['weights.bin']);
  });

  it('has one layer for each step of the plan, with the MACs of the graph', () => {
    const code = generateCode(network);
    expect(code.layers.map(({ name }) => name)).toEqual(code.plan.stepNames);
    expect(code.layers.reduce((sum, { macs }) => sum + macs, 0)).toBe(graphMacs(network.graph));
    expect(new Set(code.layers.map(({ name }) => name)).size).toBe(code.layers.length);
    expect(text(code, 'Source/genModel.c').match(/^static void run_\d+\(void\)/gm)).toHaveLength(
      code.layers.length,
    );
  });

  it("declares TinyEngine's entry points", () => {
    const header = text(generateCode(network), 'Include/genNN.h');
    for (const declared of [
      'signed char *getInput(void);',
      'signed char *getOutput(void);',
      'void invoke(float *labels);',
      'void invoke_inf(void);',
    ]) {
      expect(header).toContain(declared);
    }
  });

  it('keeps a name harmless in C and on the serial line', () => {
    const graph = { ...network.graph, name: 'a"b\\c,d=e*f\n%s' };
    const code = generateCode({ ...network, graph });
    expect(text(code, 'Source/genModel.c')).toContain('tinyfarm_model_name[] = "a_b_c_d_e_f__s"');
  });

  it('puts several outputs one after another behind getOutput, alive with all that they are copied from', () => {
    const [input] = network.graph.inputs;
    const outputs = [network.graph.outputs[0]!, network.graph.ops[0]!.outputs[0]!, input!];
    const code = generateCode({ ...network, graph: { ...network.graph, outputs } });
    const sizes = outputs.map((id) => tensorBytes(network.graph, id));
    expect(code.outputBytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
    expect(code.layers.at(-1)).toMatchObject({ kind: 'outputs', macs: 0 });
    const { tensorOffsets, scratchOffsets } = code.plan;
    const to = scratchOffsets.at(-1)!;
    const source = text(code, 'Source/genModel.c');
    expect(source).toContain(`tinyfarm_output_bytes = ${code.outputBytes};`);
    expect(source.slice(source.indexOf('getOutput'))).toContain(`return ARENA + ${to};`);
    let offset = 0;
    for (const [i, id] of outputs.entries()) {
      const from = tensorOffsets.get(id)!;
      expect(source).toContain(`memcpy(ARENA + ${to} + ${offset}, ARENA + ${from}, ${sizes[i]});`);
      offset += sizes[i]!;
    }
  });

  it('refuses several inputs', () => {
    const graph = { ...network.graph, name: 'two', inputs: [0, 1] };
    expect(() => generateCode({ ...network, graph })).toThrow(
      expect.objectContaining({
        code: 'CANDIDATE_UNSUPPORTED',
        message: 'network two has 2 inputs, expected one',
      }),
    );
  });

  it('runs the kernels that take one image on each of a batch, and refuses a batch only under a plan', () => {
    const tensors = ['input', 'output'].map((name) => ({ name, shape: [3, 4, 5, 2] }));
    const pool: Op = {
      kind: 'maxPool2d',
      name: 'pool',
      inputs: [0],
      outputs: [1],
      kernelHeight: 1,
      kernelWidth: 1,
      strideHeight: 1,
      strideWidth: 1,
      padding: noPadding,
    };
    const graph: Graph = { name: 'three', tensors, ops: [pool], inputs: [0], outputs: [1] };
    const quantisation = tensors.map(() => ({ scale: 1, zeroPoint: 0 }));
    const parameters = [{ activationMin: -128, activationMax: 127 }];
    const batched: Network = { graph, quantisation, parameters };
    const source = text(generateCode(batched), 'Source/genModel.c');
    expect(source).toContain('for (int32_t image = 0; image < 3; image++)');
    expect(source.match(/ \+ image \* 40\b/g)).toHaveLength(2);
    const plan = planCodeByHand(graph, {});
    expect(() => generateCode(batched, { plan })).toThrow(
      expect.objectContaining({
        code: 'CANDIDATE_UNSUPPORTED',
        message: 'tensor input of network three has a batch of 3, expected 1 for a plan',
      }),
    );
  });

  it('takes a softmax whose input has next to no scale: its outputs are all the same', () => {
    const tensors = ['input', 'output'].map((name) => ({ name, shape: [1, 4] }));
    const softmax: Op = { kind: 'softmax', name: 'softmax', inputs: [0], outputs: [1], beta: 1 };
    const flat: Network = {
      graph: { name: 'flat', tensors, ops: [softmax], inputs: [0], outputs: [1] },
      quantisation: [
        { scale: 1e-30, zeroPoint: 0 },
        { scale: 1 / 256, zeroPoint: -128 },
      ],
      parameters: [{ activationMin: -128, activationMax: 127 }],
    };
    expect(runNetwork(flat, Int8Array.of(-128, 0, 1, 127)).outputs).toEqual([
      Int8Array.of(-64, -64, -64, -64),
    ]);
    expect(text(generateCode(flat), 'Source/genModel.c')).toMatch(/tf_softmax_s8\(/);
  });
});
