import type { ActivationQuantisation, Network, Op, OpParameters, Random, Tensor } from '#network';

export interface FanLayer {
  readonly op: (name: string, input: number, output: number) => Op;
  readonly outputShape: readonly number[];
  readonly outputQuantisation: ActivationQuantisation;
  readonly parameters: OpParameters;
}

export interface FanInput {
  readonly shape: readonly number[];
  readonly quantisation: ActivationQuantisation;
}

/** A network whose ops all read the one input, so that a single program tries many kernels. */
export function fanNetwork(name: string, input: FanInput, layers: readonly FanLayer[]): Network {
  const tensors: Tensor[] = [{ name: 'input', shape: input.shape }];
  const ops = layers.map(({ op, outputShape }, index) => {
    const output = tensors.push({ name: `out${index}`, shape: outputShape }) - 1;
    return op(`op${index}`, 0, output);
  });
  return {
    graph: { name, tensors, ops, inputs: [0], outputs: tensors.map((_, id) => id).slice(1) },
    quantisation: [input.quantisation, ...layers.map(({ outputQuantisation }) => outputQuantisation)],
    parameters: layers.map(({ parameters }) => parameters),
  };
}

/** How the weights of a layer are quantised, so that each path of the requantisation is taken. */
export type Scaling =
  /** Outputs spread over the int8 range. */
  | 'usual'
  /** Channels whose multiplier vanishes, or shifts by more than 22 bits. */
  | 'vanishing'
  /** A multiplier in [0.5, 1): no right shift. */
  | 'shiftless'
  /** Multipliers above 1: left shifts. */
  | 'growing'
  /** Accumulators that do not fit when doubled. */
  | 'overflowing';

export interface ConstantsShape {
  readonly channels: number;
  /** Weights that contribute to one output. */
  readonly taps: number;
  readonly scaling: Scaling;
  readonly random: Random;
}

/** Weights over the whole int8 range and a clamp on every other layer; for input and output scales of 1. */
export function seededConstants({ channels, taps, scaling, random }: ConstantsShape): OpParameters {
  const weights = Int8Array.from({ length: channels * taps }, () => random.integer(-128, 127));
  const bias = Int32Array.from({ length: channels }, () =>
    scaling === 'overflowing' ? random.integer(-2147483648, 2147483647) : random.integer(-20000, 20000),
  );
  const usual = 1 / (60 * Math.sqrt(taps));
  const weightScales = Float64Array.from({ length: channels }, (_, channel) => {
    const spread = random.integer(50, 200) / 100;
    if (scaling === 'vanishing') return [usual * spread, 2 ** -34, 2 ** -24 * spread][channel % 3]!;
    if (scaling === 'shiftless') return 0.5 + random.integer(0, 999) / 2000;
    if (scaling === 'growing') return spread * 3;
    return usual * spread * (scaling === 'overflowing' ? 2 ** -12 : 1);
  });
  const clamps = random.integer(0, 1) === 1;
  return {
    weights,
    bias,
    weightScales,
    activationMin: clamps ? random.integer(-128, -20) : -128,
    activationMax: clamps ? random.integer(20, 127) : 127,
  };
}
