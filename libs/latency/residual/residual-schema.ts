import { z } from 'zod';

/** A Gaussian process for what is left of relative errors, over where a network spends its cost. */
export const residualSchema = z.object({
  kinds: z.array(z.string()),
  centre: z.array(z.number()),
  scale: z.array(z.number()),
  lengthScale: z.number(),
  points: z.array(z.array(z.number())),
  weights: z.array(z.number()),
});

export type ResidualModel = Readonly<z.infer<typeof residualSchema>>;
