import { FarmError } from '#core';
import type { Op } from '#network';

const kinds = ['conv2d', 'depthwiseConv2d', 'fullyConnected', 'add', 'averagePool2d', 'reshape'] as const;

/** What there are kernels for. */
export type SupportedOp = Extract<Op, { readonly kind: (typeof kinds)[number] }>;

/** The op itself. CANDIDATE_UNSUPPORTED for one that no kernel runs. */
export function supportedOp(op: Op, index: number): SupportedOp {
  if (isSupported(op)) return op;
  throw new FarmError(
    'CANDIDATE_UNSUPPORTED',
    `op ${index} (${op.name}) is ${op.kind}, for which there is no kernel; expected one of ${kinds.join(', ')}`,
    { context: { op: op.name, kind: op.kind, index } },
  );
}

function isSupported(op: Op): op is SupportedOp {
  return (kinds as readonly string[]).includes(op.kind);
}
