import { objectiveNames } from '#search';

import { campaignDefaults as defaults, campaignNamePattern } from '../../wiring/campaign-wish.ts';
import { limit, name, timestamp, z } from './common.ts';

const count = z.number().int().min(0);
const share = z.number().min(0).max(1);
const whole = (least: number, most: number) => z.number().int().min(least).max(most);
const bytes = whole(1, 2 ** 31);
const positive = z.number().positive();
const fidelity = z.enum(['hardware', 'emulated']);
const objective = z.enum(objectiveNames);

/** As the options of `tinyfarm search run`, with the same defaults. */
export const campaignRequestSchema = z
  .strictObject({
    /** By default the target and a number. */
    name: z.string().regex(campaignNamePattern).optional(),
    target: name,
    /** Where absent: hardware if there is a board of the target. */
    fidelity: fidelity.optional(),
    /** That its boards must carry. */
    tags: z.array(name).max(20).default([]),
    seed: whole(0, 2 ** 31).default(defaults.seed),
    width: positive.max(4).default(defaults.width),
    resolutions: z
      .array(whole(16, 1024))
      .min(1)
      .max(40)
      .default([...defaults.resolutions]),
    blockWidths: z.boolean().default(true),
    classes: whole(1, 100_000).default(defaults.classes),
    /** Those of the target where absent; the cost in cycles, or emulated instructions, of an inference. */
    limits: z
      .strictObject({
        sramBytes: bytes.optional(),
        flashBytes: bytes.optional(),
        cost: positive.optional(),
      })
      .default({}),
    objectives: z
      .array(objective)
      .min(1)
      .max(objectiveNames.length)
      .default([...defaults.objectives]),
    budget: z
      .strictObject({
        measurements: whole(1, 100_000).default(defaults.measurements),
        minutes: positive.optional(),
        precision: share.optional(),
        patience: whole(1, 100_000).optional(),
      })
      .prefault({}),
    batchSize: whole(1, 1000).default(defaults.batchSize),
    shares: z
      .strictObject({
        exploration: share.default(defaults.exploration),
        boundary: share.default(defaults.boundary),
      })
      .prefault({}),
    /** `macs`, `table:HASH` of an upload, or `server:NAME`. */
    oracle: z
      .string()
      .max(300)
      .regex(/^\P{Cc}+$/u)
      .default('macs'),
    /** The answers of a table only order networks: they are not to be called accuracy. */
    proxy: z.boolean().default(false),
    /** For one answer. */
    oracleTimeoutMs: whole(1, 86_400_000).default(defaults.oracleTimeoutMs),
    population: whole(2, 1000).default(defaults.population),
    generations: whole(0, 1000).default(defaults.generations),
    /** Begin with the active latency model, not with nominal costs. */
    fromModel: z.boolean().default(false),
  })
  .openapi('CampaignRequest');

export const campaignSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    /** Null: of the command line of the server's host. */
    user: z.string().nullable(),
    state: z.enum(['running', 'stopped', 'failed', 'ended']),
    /** Why it failed. */
    message: z.string().nullable(),
    code: z.string().nullable(),
    stopAsked: z.boolean(),
    target: z.string(),
    fidelity,
    createdAt: timestamp,
  })
  .openapi('Campaign');

/** `spec`: all that it was told, but for the rows and costs of the model that it began with. */
export const campaignDetailSchema = z
  .object({
    campaign: campaignSchema,
    spec: z.looseObject({}),
    /** What it is doing; null where it does not run. */
    stage: z.string().nullable(),
    detail: z.string().nullable(),
    steps: count,
  })
  .openapi('CampaignDetail');

const stepSchema = z.looseObject({
  kind: z.enum(['proposed', 'outcome', 'fitted', 'ended']),
  elapsedMs: z.number(),
});

export const campaignStepsSchema = z
  .object({
    items: z.array(stepSchema),
    /** What to ask for next; null after the last one there is. */
    next: count.nullable(),
  })
  .openapi('CampaignSteps');

export const campaignStepsQuerySchema = z.strictObject({
  from: z.coerce.number().int().min(0).default(0),
  limit,
});

export const campaignStopSchema = z
  .strictObject({
    /** Not after the round that is under way: its measurements are given up. */
    now: z.boolean().default(false),
  })
  .openapi('CampaignStop');

export type CampaignBody = z.infer<typeof campaignRequestSchema>;
export type CampaignStepsQuery = z.infer<typeof campaignStepsQuerySchema>;
export type CampaignStopBody = z.infer<typeof campaignStopSchema>;
