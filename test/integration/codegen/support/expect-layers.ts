import { expect } from 'vitest';
import { runNetwork, type Network } from '#network';

/** Holds the outputs of all layers, one after another, to the interpreter's. */
export function expectLayers(network: Network, input: Int8Array, bytes: Int8Array): void {
  let offset = 0;
  runNetwork(network, input, {
    onLayer: (_, op, outputs) => {
      for (const output of outputs) {
        const made = bytes.subarray(offset, offset + output.length);
        offset += output.length;
        expect(Buffer.from(made), `${network.graph.name}: ${op.name}`).toEqual(Buffer.from(output));
      }
    },
  });
  expect(offset).toBe(bytes.length);
}
