import { limit, name, timestamp, z } from './common.ts';

const fidelity = z.enum(['hardware', 'emulated']);
const share = z.number();
const count = z.number().int().min(0);

export const modelKeySchema = z.strictObject({ target: name, fidelity });

export const rollbackRequestSchema = z
  .strictObject({ version: z.number().int().min(1) })
  .openapi('RollbackRequest');

const errorsSchema = z.looseObject({
  networks: count,
  meanAbsoluteError: share.nullable(),
  within5Percent: share.nullable(),
  within10Percent: share.nullable(),
  worst: z.array(
    z.object({
      candidate: z.string(),
      macs: count,
      measured: z.number(),
      predicted: z.number(),
      error: share,
    }),
  ),
});

/** A version without its rows and costs. */
export const modelSchema = z
  .object({
    target: z.string(),
    fidelity,
    unit: z.enum(['instructions', 'cycles']),
    version: z.number().int(),
    active: z.boolean(),
    rows: count,
    prior: z.string(),
    code: z.string(),
    createdAt: timestamp,
    decision: z.string(),
    /** Share of held-out rows inside their 90 % interval. */
    coverage: share,
    /** On held-out rows. */
    errors: errorsSchema,
  })
  .openapi('LatencyModel');

export const predictRequestSchema = z
  .strictObject({
    /** Hashes of uploaded candidates. */
    candidates: z
      .array(z.string().regex(/^[0-9a-f]{64}$/))
      .min(1)
      .max(1000),
  })
  .openapi('PredictRequest');

export const predictionsSchema = z
  .object({
    target: z.string(),
    fidelity,
    unit: z.enum(['instructions', 'cycles']),
    version: z.number().int(),
    items: z.array(
      z.object({
        candidate: z.string(),
        name: z.string(),
        macs: count,
        cost: z.number(),
        low: z.number(),
        high: z.number(),
        outOfRange: z.boolean(),
      }),
    ),
  })
  .openapi('Predictions');

export const driftQuerySchema = z.strictObject({
  target: name.optional(),
  fidelity: fidelity.optional(),
  limit,
});

export const driftSchema = z
  .object({
    /** Of the measurement. */
    id: z.string(),
    candidate: z.string(),
    board: z.string().optional(),
    target: z.string(),
    fidelity,
    /** Of the model that expected something else. */
    version: z.number().int(),
    raisedAtMs: count,
    /** Measured / predicted. */
    factor: z.number(),
    /** In half-widths of the 90 % interval. */
    halves: z.number(),
    layerKind: z.string().optional(),
    cause: z.enum(['board', 'range', 'layers', 'unknown']),
  })
  .openapi('DriftFlag');

export type ModelKeyParams = z.infer<typeof modelKeySchema>;
export type RollbackBody = z.infer<typeof rollbackRequestSchema>;
export type PredictBody = z.infer<typeof predictRequestSchema>;
export type DriftListQuery = z.infer<typeof driftQuerySchema>;
