import { expect } from 'vitest';
import { generateCode, type PlanCandidate } from '#codegen';
import { seededBytes } from '#core';
import { elementsOf, runNetwork, type Network } from '#network';
import type { ModelPrograms } from '../codegen/support/model-program.ts';

/** Runs a plan, and holds the tensors that it has whole, the network's output among them, to the interpreter's. */
export async function expectPlan(
  programs: ModelPrograms,
  network: Network,
  plan: PlanCandidate,
  seed: number,
): Promise<void> {
  const code = generateCode(network, { plan });
  // Of a step of several ops, only what the last one makes is to be seen.
  const layers = code.layers.map((layer) => ({ ...layer, ops: layer.ops.slice(-1) }));
  const seen = new Set(layers.flatMap(({ ops }) => ops));
  const { graph } = network;
  const input = seededBytes(elementsOf(graph.tensors[graph.inputs[0]!]!.shape), seed);
  const { bytes } = await programs.run({ ...code, layers }, network, input);
  let offset = 0;
  const expectNext = (name: string, output: Int8Array): void => {
    const made = bytes.subarray(offset, offset + output.length);
    offset += output.length;
    expect(Buffer.from(made), `${graph.name}, ${plan.label}: ${name}`).toEqual(Buffer.from(output));
  };
  runNetwork(network, input, {
    onLayer: (index, op, [made]) => {
      if (seen.has(index)) expectNext(op.name, made!);
    },
  });
  expect(bytes.length).toBeGreaterThanOrEqual(offset);
}
