import {
  elementsOf,
  type ActivationQuantisation,
  type Network,
  type Op,
  type OpParameters,
  type TensorId,
} from '#network';
import type { LoweredStep } from '../lower/index.ts';
import type { MemoryPlan } from '../plan/index.ts';
import type { Constants } from './constants.ts';

/** What an emitter knows of the layer that it writes. */
export interface LayerContext<O extends Op = Op> {
  readonly network: Network;
  readonly plan: MemoryPlan;
  readonly step: LoweredStep;
  readonly stepIndex: number;
  readonly op: O;
  readonly parameters: OpParameters;
  readonly constants: Constants;
  /** Name of the layer's parameters in C, where it is one of several of a step. */
  readonly symbol?: string;
  /** The call is the body of a loop over `image`. */
  readonly isPerImage?: boolean;
}

/** The C of one layer: definitions that it needs, and the statement that runs it (empty: nothing to do). */
export interface LayerCode {
  readonly definitions: readonly string[];
  /** Functions that it calls; written once, whichever layers have them. */
  readonly functions?: readonly string[];
  readonly call: string;
}

/** Name of the layer's parameters in C. */
export function layerSymbol({ stepIndex, symbol }: LayerContext): string {
  return symbol ?? `layer_${String(stepIndex).padStart(2, '0')}`;
}

/** The address of a tensor, or of its image number `image` where the layer runs on each, as a C expression. */
export function tensorAt({ plan, network, constants, isPerImage }: LayerContext, id: TensorId): string {
  const offset = plan.tensorOffsets.get(id);
  const start = offset === undefined ? constants.tensorAt(id) : `ARENA + ${offset}`;
  return isPerImage ? `${start} + image * ${elementsOf(network.graph.tensors[id]!.shape.slice(1))}` : start;
}

export function scratchAt({ plan, stepIndex }: LayerContext): string {
  return `ARENA + ${plan.scratchOffsets[stepIndex]!}`;
}

/** `[batch, height, width, channels]` of an input or output; missing leading dimensions are 1. */
export function shapeAt({ network }: LayerContext, id: TensorId): [number, number, number, number] {
  const { shape } = network.graph.tensors[id]!;
  const padded = [1, 1, 1, 1, ...shape].slice(-4);
  return [padded[0]!, padded[1]!, padded[2]!, padded[3]!];
}

export function quantisationAt({ network }: LayerContext, id: TensorId): ActivationQuantisation {
  return network.quantisation[id]!;
}

/** `static const TYPE NAME = {.field = value, …};` */
export function constantStruct(
  type: string,
  name: string,
  fields: Readonly<Record<string, string | number>>,
): string {
  const lines = Object.entries(fields).map(([field, value]) => `    .${field} = ${value},`);
  return [`static const ${type} ${name} = {`, ...lines, '};'].join('\n');
}

export function activationFields({ parameters }: LayerContext): string {
  return `{${parameters.activationMin}, ${parameters.activationMax}}`;
}

/** A pointer to int32 constants at an address that is a multiple of eight. */
export function int32At(address: string): string {
  return `(const int32_t *)(const void *)(${address})`;
}
