import { planKinds } from '../../wiring/plan-kinds.ts';
import { failureSchema, limit, name, plainText, sha256, timestamp, z } from './common.ts';

const count = z.number().int().min(0);
const priority = z.number().int().min(0).max(9);
const fidelity = z.enum(['hardware', 'emulated']);

export const settingsSchema = z.strictObject({
  repeats: z.number().int().min(1).max(10_000).optional(),
  warmup: z.number().int().min(0).max(1000).optional(),
  timeoutMs: z.number().int().min(100).max(600_000).optional(),
  /** `seed:N`, or the hash of an upload of kind `input`. */
  input: z
    .string()
    .regex(/^(seed:\d{1,9}|[0-9a-f]{64})$/)
    .optional(),
  /** The cheapest plan of the arena that is no larger, or one of that kind. */
  sramLimitBytes: z
    .number()
    .int()
    .min(1)
    .max(2 ** 31)
    .optional(),
  plan: z.enum(planKinds).optional(),
  /** Only of archives: an upload of kind `input` with the right output, or of kind `tflite` that the code is from. */
  expect: z
    .strictObject({
      from: z.enum(['bytes', 'tflite']),
      hash: sha256,
      toleranceSteps: z.number().int().min(0).max(255).optional(),
    })
    .optional(),
});

export const jobRequestSchema = z
  .strictObject({
    /** Hash of an uploaded candidate. */
    candidate: sha256,
    target: name.optional(),
    fidelity: fidelity.optional(),
    board: name.optional(),
    tags: z.array(name).max(20).optional(),
    settings: settingsSchema.optional(),
    priority: priority.optional(),
    deadlineAt: timestamp.optional(),
    retries: z.strictObject({ board: count.max(20).optional(), host: count.max(20).optional() }).optional(),
    /** Measure again, although the record has the answer. */
    fresh: z.boolean().optional(),
  })
  .openapi('JobRequest');

export const jobState = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled', 'expired']);

export const jobSchema = z
  .object({
    id: z.string(),
    seq: count,
    user: z.string(),
    candidate: z.object({ name: z.string(), hash: z.string(), kind: z.string() }),
    selector: z.object({
      target: z.string(),
      fidelity,
      board: z.string().nullable(),
      tags: z.array(z.string()),
    }),
    settings: z.object({
      repeats: count,
      warmup: count,
      timeoutMs: count.optional(),
      input: z.string(),
      sramLimitBytes: count.optional(),
      plan: z.string().optional(),
      expect: z
        .object({ from: z.enum(['bytes', 'tflite']), hash: z.string(), toleranceSteps: count.optional() })
        .optional(),
    }),
    priority,
    deadlineAt: z.string().nullable(),
    retries: z.object({ board: count, host: count }),
    spent: z.object({ board: count, host: count }),
    lost: count,
    failedOn: z.array(z.string()),
    fresh: z.boolean(),
    contentKey: z.string(),
    batchId: z.string().nullable(),
    state: jobState,
    attempts: count,
    sharedWith: z.string().nullable(),
    answeredFrom: z.enum(['attempt', 'record', 'shared']).nullable(),
    measurementId: z.string().nullable(),
    failure: failureSchema.nullable(),
    createdAt: timestamp,
    startedAt: timestamp.nullable(),
    endedAt: timestamp.nullable(),
  })
  .openapi('Job');

export const recoverySchema = z
  .object({
    after: failureSchema,
    recoveredBy: z.string().nullable(),
    steps: z.array(
      z.object({
        rung: z.string(),
        outcome: z.string(),
        actMs: z.number(),
        checkMs: z.number(),
        reason: z.string().optional(),
      }),
    ),
  })
  .openapi('Recovery');

export const attemptSchema = z
  .object({
    id: z.string(),
    seq: count,
    jobId: z.string().nullable(),
    boardId: z.string(),
    token: count,
    state: z.enum(['running', 'accepted', 'rejected', 'failed', 'cancelled', 'lost']),
    stage: z.string(),
    buildHash: z.string().nullable(),
    measurementId: z.string().nullable(),
    failure: failureSchema.nullable(),
    /** Of a sentinel before which the board had to be brought back. */
    recovery: recoverySchema.optional(),
    log: z.string().nullable(),
    startedAt: timestamp,
    endedAt: timestamp.nullable(),
  })
  .openapi('Attempt');

export const whySchema = z
  .object({
    stage: z.string(),
    text: z.string(),
    ahead: count,
    boards: z.array(z.object({ board: z.string(), obstacle: z.string().nullable() })),
  })
  .openapi('Why');

export const jobDetailSchema = z
  .object({ job: jobSchema, attempts: z.array(attemptSchema), why: whySchema.nullable() })
  .openapi('JobDetail');

export const jobPageSchema = z
  .object({ items: z.array(jobSchema), total: count, next: z.string().nullable() })
  .openapi('JobPage');

export const jobQuerySchema = z.strictObject({
  state: z
    .string()
    .regex(/^[a-z,]{1,80}$/)
    .transform((text) => text.split(','))
    .pipe(z.array(jobState))
    .optional(),
  user: name.optional(),
  target: name.optional(),
  board: name.optional(),
  batch: name.optional(),
  candidate: sha256.optional(),
  cursor: z.coerce.number().int().min(1).optional(),
  limit,
});

export const batchRequestSchema = z
  .strictObject({
    name: plainText(200),
    want: z.number().int().min(1).optional(),
    deadlineAt: timestamp.optional(),
    jobs: z.array(jobRequestSchema).min(1).max(10_000),
  })
  .openapi('BatchRequest');

export const batchSchema = z
  .object({
    id: z.string(),
    seq: count,
    user: z.string(),
    name: z.string(),
    want: count,
    size: count,
    accepted: count,
    ended: count,
    deadlineAt: z.string().nullable(),
    state: z.enum(['open', 'complete', 'partial']),
    createdAt: timestamp,
    endedAt: timestamp.nullable(),
  })
  .openapi('Batch');

export type JobBody = z.infer<typeof jobRequestSchema>;
export type BatchBody = z.infer<typeof batchRequestSchema>;
export type JobQuery = z.infer<typeof jobQuerySchema>;
