import { z } from 'zod';

/** What a cost may grow by before it is a regression. */
export type Limit = { readonly percent: number } | { readonly absolute: number };

export const limitSchema = z.union(
  [
    z.int().nonnegative(),
    z
      .string()
      .regex(/^\d+(\.\d+)? ?%$/)
      .transform((text) => ({ percent: Number.parseFloat(text) })),
  ],
  { error: 'expected a whole number, or per cent such as 1.5 %' },
);

export const limitsSchema = z.strictObject({
  instructions: limitSchema.optional(),
  arena: limitSchema.optional(),
  stack: limitSchema.optional(),
  flash: limitSchema.optional(),
  output: limitSchema.optional(),
});

export type Cost = keyof z.output<typeof limitsSchema>;
export const costs: readonly Cost[] = ['instructions', 'arena', 'stack', 'flash', 'output'];
export type Limits = Readonly<Record<Cost, Limit>>;

/** Counts are exact, so a limit only leaves room for what one does not care about. Output: bytes that may change. */
export const defaultLimits: Limits = {
  instructions: { percent: 1 },
  arena: { absolute: 0 },
  stack: { absolute: 64 },
  flash: { percent: 1 },
  output: { absolute: 0 },
};

/** The last of the layers that says something about a cost counts. */
export function limitsOf(layers: readonly (z.output<typeof limitsSchema> | undefined)[]): Limits {
  const limits: Record<Cost, Limit> = { ...defaultLimits };
  for (const layer of layers) {
    for (const cost of costs) {
      const limit = layer?.[cost];
      if (limit !== undefined) limits[cost] = typeof limit === 'number' ? { absolute: limit } : limit;
    }
  }
  return limits;
}

/** Whether growing from `before` to `now` is more than the limit allows. */
export function exceeds(limit: Limit, before: number, now: number): boolean {
  const allowed = 'absolute' in limit ? limit.absolute : (before * limit.percent) / 100;
  return now - before > allowed;
}

/** As `1 %` or `64`. */
export function limitText(limit: Limit): string {
  return 'absolute' in limit ? String(limit.absolute) : `${limit.percent} %`;
}
