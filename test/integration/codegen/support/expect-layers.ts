import { expect } from 'vitest';
import { runNetwork, type Network, type TensorId } from '#network';
import type { Trial } from './model-program.ts';

/**
 * Holds the outputs of all layers, and then those of the network, one after another, to the interpreter's; of the layers
 * only those that `exists` names.
 */
export function expectLayers(
  network: Network,
  input: Int8Array,
  bytes: Int8Array,
  exists?: (id: TensorId) => boolean,
): void {
  expect(compareLayers(network, input, bytes, exists)).toBe(bytes.length);
}

/** Returns how many bytes were compared. */
function compareLayers(
  network: Network,
  input: Int8Array,
  bytes: Int8Array,
  exists: (id: TensorId) => boolean = () => true,
): number {
  let offset = 0;
  const expectNext = (name: string, outputs: readonly Int8Array[]): void => {
    for (const output of outputs) {
      const made = bytes.subarray(offset, offset + output.length);
      offset += output.length;
      expect(Buffer.from(made), `${network.graph.name}: ${name}`).toEqual(Buffer.from(output));
    }
  };
  const { outputs } = runNetwork(network, input, {
    onLayer: (_, op, made) =>
      expectNext(
        op.name,
        made.filter((_, i) => exists(op.outputs[i]!)),
      ),
  });
  expectNext('outputs', outputs);
  return offset;
}

/** The same for all inputs of all networks that ran in one program. */
export function expectTrials(trials: readonly Trial[], bytes: Int8Array): void {
  let start = 0;
  for (const { network, inputs } of trials) {
    for (const input of inputs) start += compareLayers(network, input, bytes.subarray(start));
  }
  expect(start).toBe(bytes.length);
}
