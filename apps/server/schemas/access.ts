import { limit, name, plainText, sha256, timestamp, z } from './common.ts';

export const candidateKind = z.enum(['tflite', 'genotype', 'subnet', 'archive', 'elf', 'input', 'table']);

export const candidateQuerySchema = z.strictObject({ name: plainText(200), kind: candidateKind });

export const candidateSchema = z
  .object({
    hash: sha256,
    name: z.string(),
    kind: candidateKind,
    integrity: z.string(),
    sizeBytes: z.number().int(),
    user: z.string(),
    createdAt: timestamp,
  })
  .openapi('Candidate');

const role = z.enum(['viewer', 'submitter', 'operator', 'admin']);

export const tokenRequestSchema = z
  .strictObject({ user: name, role, expiresAt: timestamp.optional() })
  .openapi('TokenRequest');

export const tokenSchema = z
  .object({
    id: z.string(),
    user: z.string(),
    role,
    createdAt: timestamp,
    expiresAt: timestamp.nullable(),
    revokedAt: timestamp.nullable(),
  })
  .openapi('Token');

/** The secret is shown this once. */
export const newTokenSchema = z.object({ token: tokenSchema, secret: z.string() }).openapi('NewToken');

export const auditSchema = z
  .object({
    at: timestamp,
    actor: z.string(),
    action: z.string(),
    subject: z.string(),
    details: z.record(z.string(), z.unknown()),
  })
  .openapi('AuditEntry');

export const webhookRequestSchema = z
  .strictObject({
    url: z.url({ protocol: /^https?$/ }).max(500),
    types: z
      .array(z.string().regex(/^[a-z.]{1,40}$/))
      .max(40)
      .default([]),
  })
  .openapi('WebhookRequest');

export const webhookSchema = z
  .object({
    id: z.string(),
    user: z.string(),
    url: z.string(),
    types: z.array(z.string()),
    deliveredSeq: z.number().int(),
    failures: z.number().int(),
  })
  .openapi('Webhook');

export const newWebhookSchema = z
  .object({ webhook: webhookSchema, secret: z.string() })
  .openapi('NewWebhook');

export const resultQuerySchema = z.strictObject({
  name: plainText(200).optional(),
  candidate: sha256.optional(),
  target: name.optional(),
  status: z.enum(['accepted', 'rejected']).optional(),
  board: name.optional(),
  fidelity: z.enum(['hardware', 'emulated']).optional(),
  /** `next` of the page before: the id of its last measurement. */
  cursor: z.string().min(1).max(36).optional(),
  format: z.enum(['json', 'csv']).default('json'),
  limit: z.coerce.number().int().min(1).max(10_000).default(50),
});

export const resultSchema = z
  .looseObject({
    id: z.string(),
    candidate: z.string(),
    target: z.string(),
    fidelity: z.enum(['hardware', 'emulated']),
    status: z.enum(['accepted', 'rejected']),
    reason: z.string().nullable(),
    instructions: z.number().nullable(),
    cycles: z.number().nullable(),
    macs: z.number(),
  })
  .openapi('Measurement');

export const artifactSchema = z
  .object({ name: z.string(), integrity: z.string(), sizeBytes: z.number().int() })
  .openapi('Artifact');

export const eventQuerySchema = z.strictObject({
  job: name.optional(),
  board: name.optional(),
  /** As the header Last-Event-ID, for clients that cannot set it. */
  after: z.coerce.number().int().min(0).optional(),
});

export const listQuerySchema = z.strictObject({ limit });
export const noQuerySchema = z.strictObject({});

export type CandidateQuery = z.infer<typeof candidateQuerySchema>;
export type TokenBody = z.infer<typeof tokenRequestSchema>;
export type WebhookBody = z.infer<typeof webhookRequestSchema>;
export type ResultQuery = z.infer<typeof resultQuerySchema>;
export type EventQuery = z.infer<typeof eventQuerySchema>;
