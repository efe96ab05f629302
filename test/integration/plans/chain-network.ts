import type { Network } from '#network';
import type { FanInput, FanLayer } from '../kernels/fan-network.ts';

/** A network whose every op reads the output of the one before; a layer is made for the input that it gets. */
export function chainNetwork(
  name: string,
  input: FanInput,
  makers: readonly ((input: FanInput) => FanLayer)[],
): Network {
  let current = input;
  const layers = makers.map((make) => {
    const layer = make(current);
    current = { shape: layer.outputShape, quantisation: layer.outputQuantisation };
    return layer;
  });
  return {
    graph: {
      name,
      tensors: [input, ...layers].map((of, index) => ({
        name: `t${index}`,
        shape: 'shape' in of ? of.shape : of.outputShape,
      })),
      ops: layers.map(({ op }, index) => op(`op${index}`, index, index + 1)),
      inputs: [0],
      outputs: [layers.length],
    },
    quantisation: [input.quantisation, ...layers.map(({ outputQuantisation }) => outputQuantisation)],
    parameters: layers.map(({ parameters }) => parameters),
  };
}
