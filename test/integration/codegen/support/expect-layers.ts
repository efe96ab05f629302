import { expect } from 'vitest';
import { runNetwork, type Network } from '#network';
import type { Trial } from './model-program.ts';

/** Holds the outputs of all layers, and then those of the network, one after another, to the interpreter's. */
export function expectLayers(network: Network, input: Int8Array, bytes: Int8Array): void {
  expect(compareLayers(network, input, bytes)).toBe(bytes.length);
}

/** Returns how many bytes were compared. */
function compareLayers(network: Network, input: Int8Array, bytes: Int8Array): number {
  let offset = 0;
  const expectNext = (name: string, outputs: readonly Int8Array[]): void => {
    for (const output of outputs) {
      const made = bytes.subarray(offset, offset + output.length);
      offset += output.length;
      expect(Buffer.from(made), `${network.graph.name}: ${name}`).toEqual(Buffer.from(output));
    }
  };
  const { outputs } = runNetwork(network, input, {
    // Constants lie in flash.
    onLayer: (_, op, made) => expectNext(op.name, op.kind === 'constant' ? [] : made),
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
