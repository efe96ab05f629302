import type { OpKind, TensorId } from '../graph/graph.ts';
import type { Network } from '../graph/network.ts';
import type { Extender } from './extender.ts';
import { NetworkBuilder } from './network-builder.ts';
import { extenders } from './random-ops.ts';
import type { Random } from './random.ts';

export interface RandomNetworkOptions {
  /** Only these kinds of op; default: every kind there is. */
  readonly kinds?: readonly OpKind[];
  /** Default 6. */
  readonly maxOps?: number;
}

/**
 * A small random network of any operators, with random quantisation, for tests that hold two implementations against
 * each other. Valid, but not calibrated: some layers saturate.
 */
export function randomNetwork(random: Random, options: RandomNetworkOptions = {}): Network {
  const builder = new NetworkBuilder(random);
  const allowed = options.kinds === undefined ? undefined : new Set<OpKind>(options.kinds);
  const usable: readonly Extender[] = Object.entries(extenders).flatMap(([kind, extend]) =>
    allowed === undefined || allowed.has(kind as OpKind) ? [extend] : [],
  );
  const shape = [1, random.integer(1, 9), random.integer(1, 9), random.integer(1, 7)];
  const input = builder.tensor(shape, {
    scale: builder.scale(0.002, 0.1),
    zeroPoint: random.integer(-128, 127),
  });
  let last: TensorId = input;
  const count = random.integer(1, options.maxOps ?? 6);
  for (let made = 0, tries = 0; made < count && tries < 20 * count; tries++) {
    const next = random.pick(usable)(builder, last, random);
    made += next === undefined ? 0 : 1;
    last = next ?? last;
  }
  if (last === input) {
    last = extenders.reshape(builder, last)!;
  }
  return builder.build(`random${random.integer(0, 999_999)}`, [input], [last]);
}
