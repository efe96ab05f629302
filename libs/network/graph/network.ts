import type { Graph } from './graph.ts';

/** real = scale * (int8 - zeroPoint) */
export interface ActivationQuantisation {
  readonly scale: number;
  readonly zeroPoint: number;
}

/** Constants of one op. `weightScales` has one entry per output channel (or exactly one, per tensor). */
export interface OpParameters {
  readonly weights?: Int8Array;
  readonly bias?: Int32Array;
  readonly weightScales?: Float64Array;
  /** Fused activation as a clamp on the int8 output, inclusive; absent: the full range. */
  readonly activationMin: number;
  readonly activationMax: number;
}

/** An int8 network: the graph, the quantisation of each tensor, the constants of each op (same indices as in the graph). */
export interface Network {
  readonly graph: Graph;
  readonly quantisation: readonly ActivationQuantisation[];
  readonly parameters: readonly OpParameters[];
}
