import { describe, expect, it } from 'vitest';
import { fnv1aHex, seededBytes } from '#core';
import { tensorBytes } from '../graph/counts.ts';
import type { Network } from '../graph/network.ts';
import { runNetwork } from '../interpreter/run-network.ts';
import { convolutionMultipliers } from '../quantisation/op-multipliers.ts';
import { parseGenotype } from './genotype.ts';
import { genotypeToGraph } from './genotype-to-graph.ts';
import { seededNetwork } from './seeded-network.ts';

const graph = genotypeToGraph(
  parseGenotype({
    format: 'tinyfarm-genotype/1',
    name: 'net',
    resolution: 24,
    classes: 10,
    stem: { kernel: 3, stride: 2, channels: 16 },
    blocks: ['ir_k3_s1_e1_c8', 'ir_k5_s2_e4_c16', 'ir_k7_s1_e3_c16', 'ir_k3_s2_e6_c24'],
    featureMix: 40,
  }),
);

function layersOf(network: Network, seed: number): Int8Array[] {
  const layers: Int8Array[] = [];
  const input = seededBytes(tensorBytes(graph, graph.inputs[0]!), seed);
  runNetwork(network, input, { onLayer: (_index, _op, outputs) => layers.push(outputs[0]!.slice()) });
  return layers;
}

describe('seeded networks', () => {
  it('are the same on every machine', () => {
    const network = seededNetwork(graph, 5);
    expect(layersOf(network, 1).map(fnv1aHex)).toMatchInlineSnapshot(`
      [
        "7c3baf28",
        "756046cb",
        "c77be7c7",
        "f4d41555",
        "aab66ba9",
        "7a169361",
        "7c597fb5",
        "ba654ee8",
        "2e314c11",
        "96dbd773",
        "29414273",
        "af1ba5bc",
        "7086494a",
        "199a4329",
        "07d185c5",
        "07d185c5",
        "7afefadc",
      ]
    `);
  });

  it('differ by seed', () => {
    const [first, second] = [seededNetwork(graph, 1), seededNetwork(graph, 2)];
    expect(fnv1aHex(layersOf(first, 1).at(-1)!)).not.toBe(fnv1aHex(layersOf(second, 1).at(-1)!));
  });

  it('neither saturate nor stand still, on an input they were not calibrated on', () => {
    const network = seededNetwork(graph, 3);
    for (const [index, data] of layersOf(network, 99).entries()) {
      const { name, outputs } = graph.ops[index]!;
      const top = data.filter((value) => value === 127).length / data.length;
      const zeroPoint = network.quantisation[outputs[0]!]!.zeroPoint;
      const still = data.filter((value) => value === zeroPoint).length / data.length;
      expect(top, `${name} at 127`).toBeLessThan(0.25);
      expect(still, `${name} at its zero point`).toBeLessThan(0.75);
      expect(new Set(data).size, `${name}: distinct values`).toBeGreaterThan(Math.min(8, data.length / 3));
    }
  });

  it('answer different inputs differently', () => {
    const network = seededNetwork(graph, 3);
    expect(layersOf(network, 1).at(-1)).not.toEqual(layersOf(network, 2).at(-1));
  });

  it('have multipliers of several shifts within a layer', () => {
    const network = seededNetwork(graph, 3);
    const [stem] = graph.ops;
    const { shifts } = convolutionMultipliers(
      network.quantisation[stem!.inputs[0]!]!.scale,
      network.parameters[0]!.weightScales!,
      network.quantisation[stem!.outputs[0]!]!.scale,
      16,
    );
    expect(new Set(shifts).size).toBeGreaterThan(1);
  });
});
