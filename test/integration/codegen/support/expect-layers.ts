import { expect } from 'vitest';
import { runNetwork, type Network } from '#network';

/** Holds the outputs of all layers, and then those of the network, one after another, to the interpreter's. */
export function expectLayers(network: Network, input: Int8Array, bytes: Int8Array): void {
  let offset = 0;
  const expectNext = (name: string, outputs: readonly Int8Array[]): void => {
    for (const output of outputs) {
      const made = bytes.subarray(offset, offset + output.length);
      offset += output.length;
      expect(Buffer.from(made), `${network.graph.name}: ${name}`).toEqual(Buffer.from(output));
    }
  };
  const { outputs } = runNetwork(network, input, {
    onLayer: (_, op, made) => expectNext(op.name, made),
  });
  expectNext('outputs', outputs);
  expect(offset).toBe(bytes.length);
}
