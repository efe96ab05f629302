import type { Op } from '../graph/graph.ts';
import type { ActivationQuantisation, OpParameters } from '../graph/network.ts';

/** An activation tensor with its numbers while a network runs. */
export interface TensorValue {
  readonly shape: readonly number[];
  readonly data: Int8Array;
  readonly quantisation: ActivationQuantisation;
}

/** All that one operator sees: it reads its inputs and parameters and fills the data of its outputs. */
export interface OpContext<T extends Op = Op> {
  readonly op: T;
  readonly parameters: OpParameters;
  readonly inputs: readonly TensorValue[];
  readonly outputs: readonly TensorValue[];
}
