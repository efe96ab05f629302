import type { FusedActivation, TensorId } from '../graph/graph.ts';
import type { ActivationQuantisation } from '../graph/network.ts';
import type { NetworkBuilder } from './network-builder.ts';
import type { Random } from './random.ts';

/** Adds ops to a network after tensor `input`, and returns their output; undefined where the input does not suit. */
export type Extender = (network: NetworkBuilder, input: TensorId, random: Random) => TensorId | undefined;

export function randomQuantisation(network: NetworkBuilder, random: Random): ActivationQuantisation {
  return { scale: network.scale(0.005, 0.2), zeroPoint: random.integer(-128, 127) };
}

export function randomActivation(random: Random): { activation?: FusedActivation } {
  const activation = random.pick([undefined, undefined, 'relu', 'relu6', 'reluN1To1'] as const);
  return activation === undefined ? {} : { activation };
}
