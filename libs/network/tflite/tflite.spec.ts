import { describe, expect, it } from 'vitest';
import { isFarmError, seededBytes } from '#core';
import { tensorBytes } from '../graph/counts.ts';
import type { Graph, OpKind } from '../graph/graph.ts';
import type { Network } from '../graph/network.ts';
import { genotypeToGraph } from '../genotype/genotype-to-graph.ts';
import { randomGenotype } from '../genotype/random-genotype.ts';
import { seededNetwork } from '../genotype/seeded-network.ts';
import { runNetwork } from '../interpreter/run-network.ts';
import { randomNetwork } from '../random/random-network.ts';
import { seededRandom } from '../random/random.ts';
import { readTflite } from './read-tflite.ts';
import { writeTflite } from './write/write-tflite.ts';

function outputOf(network: Network, seed: number): readonly Int8Array[] {
  const { graph } = network;
  return runNetwork(network, seededBytes(tensorBytes(graph, graph.inputs[0]!), seed)).outputs;
}

function kindsOf({ ops }: Graph): readonly OpKind[] {
  return ops.map(({ kind }) => kind);
}

describe('a network as .tflite', () => {
  it('reads back as the same network, for genotypes', () => {
    for (let seed = 0; seed < 20; seed++) {
      const graph = genotypeToGraph(randomGenotype(seededRandom(seed)));
      const network = seededNetwork(graph, seed);
      const back = readTflite(writeTflite(network), graph.name).network;
      // Ops are called after their outputs in a file; all else is as it was.
      const nameless = (ops: Graph['ops']): unknown => ops.map((op) => ({ ...op, name: '' }));
      expect(nameless(back.graph.ops)).toEqual(nameless(graph.ops));
      expect(back.graph.tensors).toEqual(graph.tensors);
      expect(back.quantisation).toEqual(network.quantisation);
      expect(back.parameters).toEqual(network.parameters);
    }
  });

  it('computes the same after reading back, for every kind of operator', () => {
    const seen = new Set<OpKind>();
    for (let seed = 0; seed < 250; seed++) {
      const network = randomNetwork(seededRandom(seed));
      const back = readTflite(writeTflite(network), network.graph.name).network;
      expect(outputOf(back, seed), `seed ${seed}: ${kindsOf(network.graph).join(', ')}`).toEqual(
        outputOf(network, seed),
      );
      for (const kind of kindsOf(network.graph)) {
        seen.add(kind);
      }
    }
    expect(seen.size).toBe(28);
  });

  it('answers any damage with one line, and soon', () => {
    const random = seededRandom(1);
    const files = Array.from({ length: 8 }, (_, seed) => writeTflite(randomNetwork(seededRandom(seed))));
    let refused = 0;
    for (let run = 0; run < 1500; run++) {
      const bytes = damaged(random.pick(files), random);
      try {
        readTflite(bytes, 'damaged');
      } catch (error) {
        expect(isFarmError(error, 'CANDIDATE_INVALID') || isFarmError(error, 'CANDIDATE_UNSUPPORTED')).toBe(
          true,
        );
        expect((error as Error).message).toMatch(/^[^\n]{10,500}$/);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(500);
  });
});

function damaged(file: Uint8Array, random: ReturnType<typeof seededRandom>): Uint8Array {
  const bytes = file.slice();
  const view = new DataView(bytes.buffer);
  for (let change = random.integer(1, 3); change > 0; change--) {
    const at = random.integer(0, bytes.length - 4);
    const value = random.pick([0, 1, 0x7fffffff, 0x80000000, 0xffffffff, random.uint32()]);
    if (random.integer(0, 1) === 0) {
      view.setUint32(at, value, true);
    } else {
      bytes[at] = value & 0xff;
    }
  }
  return random.integer(0, 9) === 0 ? bytes.subarray(0, random.integer(0, bytes.length)) : bytes;
}
