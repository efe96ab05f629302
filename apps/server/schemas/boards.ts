import { failureSchema, name, plainText, timestamp, z } from './common.ts';

const count = z.number().int().min(0);
const health = z.enum(['good', 'unknown', 'bad', 'maintenance']);

export const boardSchema = z
  .object({
    id: z.string(),
    target: z.string(),
    fidelity: z.enum(['hardware', 'emulated']),
    bench: z.string(),
    tags: z.array(z.string()),
    health,
    reason: z.string(),
    healthSince: timestamp,
    /** What it failed with, as long as nobody has tried to bring it back. */
    fault: failureSchema.optional(),
    gone: z.boolean(),
    state: z.enum(['idle', 'leased']),
    lease: z
      .object({
        boardId: z.string(),
        token: count,
        holder: z.object({
          kind: z.enum(['attempt', 'reservation']),
          id: z.string(),
          purpose: z.enum(['job', 'sentinel', 'recovery']).optional(),
          user: z.string().optional(),
        }),
        since: timestamp,
      })
      .nullable(),
    obstacle: z.string().nullable(),
    flashes: count,
    lastToken: count,
    cleanSentinels: count,
    failedSentinels: count,
    sentinelAt: timestamp.nullable(),
  })
  .openapi('Board');

export const healthRequestSchema = z
  .strictObject({ health: z.enum(['good', 'unknown', 'maintenance']), reason: plainText(500) })
  .openapi('HealthRequest');

export const reservationRequestSchema = z
  .strictObject({
    board: name,
    durationMs: z
      .number()
      .int()
      .min(1000)
      .max(24 * 3_600_000),
    /** With it the reservation ends when no heartbeat comes for so long; without it, it lasts its time. */
    heartbeatMs: z.number().int().min(1000).max(30_000).optional(),
  })
  .openapi('ReservationRequest');

export const consoleInputSchema = z
  .strictObject({ text: plainText(2000), newline: z.boolean().default(true) })
  .openapi('ConsoleInput');

export const flashedSchema = z.object({ board: z.string(), firmware: z.string() }).openapi('Flashed');

export const reservationSchema = z
  .object({
    id: z.string(),
    seq: count,
    boardId: z.string(),
    user: z.string(),
    durationMs: count,
    heartbeatMs: count.nullable(),
    state: z.enum(['waiting', 'held', 'ended']),
    token: count.nullable(),
    createdAt: timestamp,
    heldUntil: timestamp.nullable(),
    endedAt: timestamp.nullable(),
    endReason: z.string().nullable(),
  })
  .openapi('Reservation');

export const sentinelSchema = z
  .object({
    attemptId: z.string(),
    boardId: z.string(),
    target: z.string(),
    buildHash: z.string(),
    value: z.number(),
    clean: z.boolean(),
    reason: z.string(),
    at: timestamp,
  })
  .openapi('SentinelResult');

export const spreadSchema = z
  .object({
    target: z.string(),
    fidelity: z.enum(['hardware', 'emulated']),
    buildHash: z.string(),
    boards: z.array(
      z.object({
        boardId: z.string(),
        buildHash: z.string(),
        results: count,
        baseline: z.number(),
        latest: z.number(),
        drift: z.number(),
        driftPerDay: z.number(),
        pooled: z.boolean(),
      }),
    ),
    median: z.number().nullable(),
    spread: z.number().nullable(),
  })
  .openapi('TargetSpread');

export type ConsoleInput = z.infer<typeof consoleInputSchema>;
export type HealthBody = z.infer<typeof healthRequestSchema>;
export type ReservationBody = z.infer<typeof reservationRequestSchema>;
