import { z } from 'zod';
import { FarmError } from '#core';
import { describeIssue } from '#network';
import { residualSchema } from '../residual/index.ts';
import { modelFormat } from './model-format.ts';

const finite = z.number();

const modelSchema = z.object({
  format: z.literal(modelFormat),
  target: z.string(),
  fidelity: z.enum(['hardware', 'emulated']),
  unit: z.enum(['instructions', 'cycles']),
  /** Costs by feature, in the unit. */
  features: z.array(z.object({ name: z.string(), cost: finite.min(0), expected: finite.min(0) })),
  /** Rows of R, lower triangular: RRᵀ is the covariance of cost / expected. */
  root: z.array(z.array(finite)),
  /** Standard deviation of a network's cost around the sum, as a share. */
  misfit: finite.min(0),
  /** Half-width of the 90 % interval, in standard deviations. */
  reach: finite.min(0),
  /** Unit per nominal instruction, for features that the model never met. */
  scale: finite,
  /** From the least to the most MACs of the rows. */
  macs: z.tuple([finite, finite]),
  /** Where cross-validation says that it helps. */
  residual: residualSchema.optional(),
  /** Where instruction classes were counted: what a hardware model that begins with this one may learn by. */
  classShares: z
    .object({ classes: z.array(z.string()), shares: z.record(z.string(), z.array(finite)) })
    .optional(),
  prior: z.string(),
  rows: z.int(),
});

/** A fitted model as data: what is stored, exported, and predicted from. */
export type ModelDocument = Readonly<z.infer<typeof modelSchema>>;

/** From parsed JSON. Errors: MODEL_INVALID, with the field. */
export function parseModel(json: unknown): ModelDocument {
  const parsed = modelSchema.safeParse(json);
  if (!parsed.success) {
    throw new FarmError('MODEL_INVALID', `latency model: ${describeIssue(parsed.error.issues[0]!)}`);
  }
  return parsed.data;
}
