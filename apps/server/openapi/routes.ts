import * as access from '../schemas/access.ts';
import * as boards from '../schemas/boards.ts';
import * as campaigns from '../schemas/campaigns.ts';
import { z } from '../schemas/common.ts';
import * as jobs from '../schemas/jobs.ts';
import * as models from '../schemas/models.ts';

export type Schema = z.ZodType;

export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  readonly path: string;
  readonly summary: string;
  readonly query?: z.ZodObject;
  readonly body?: Schema;
  /** Of a body that is no JSON. */
  readonly bodyType?: string;
  readonly status?: number;
  readonly answer?: Schema;
  readonly answerType?: string;
}

const list = (item: Schema) => z.object({ items: z.array(item) });
const text = z.string();

/** Every route of the server: a test holds the two against each other. */
export const routes: readonly Route[] = [
  route('post', '/api/v1/candidates', 'Upload a candidate; the body is the file', {
    query: access.candidateQuerySchema,
    bodyType: 'application/octet-stream',
    status: 201,
    answer: access.candidateSchema,
  }),
  route('get', '/api/v1/candidates/{hash}', 'An uploaded candidate', { answer: access.candidateSchema }),
  route('post', '/api/v1/jobs', 'Have a candidate measured', {
    body: jobs.jobRequestSchema,
    status: 201,
    answer: jobs.jobSchema,
  }),
  route('get', '/api/v1/jobs', 'Jobs, newest first; `next` is the cursor of the next page', {
    query: jobs.jobQuerySchema,
    answer: jobs.jobPageSchema,
  }),
  route('get', '/api/v1/jobs/{id}', 'A job with its attempts, and why it waits', {
    answer: jobs.jobDetailSchema,
  }),
  route('delete', '/api/v1/jobs/{id}', 'Cancel a job at whatever stage it is', {
    status: 202,
    answer: jobs.jobSchema,
  }),
  route('post', '/api/v1/batches', 'Measure `want` of these candidates by then', {
    body: jobs.batchRequestSchema,
    status: 201,
    answer: z.object({ batch: jobs.batchSchema, jobs: z.array(z.string()) }),
  }),
  route('get', '/api/v1/batches', 'Batches, newest first', {
    query: access.listQuerySchema,
    answer: list(jobs.batchSchema),
  }),
  route('get', '/api/v1/batches/{id}', 'A batch', { answer: jobs.batchSchema }),
  route('post', '/api/v1/campaigns', 'Begin a search that measures on the boards', {
    body: campaigns.campaignRequestSchema,
    status: 201,
    answer: campaigns.campaignSchema,
  }),
  route('get', '/api/v1/campaigns', 'Searches, newest first', { answer: list(campaigns.campaignSchema) }),
  route('get', '/api/v1/campaigns/{campaign}', 'A search by name or id, and what it is doing', {
    answer: campaigns.campaignDetailSchema,
  }),
  route('get', '/api/v1/campaigns/{campaign}/steps', 'What it did, in order', {
    query: campaigns.campaignStepsQuerySchema,
    answer: campaigns.campaignStepsSchema,
  }),
  route('get', '/api/v1/campaigns/{campaign}/events', 'Its steps as they come, resumable by Last-Event-ID', {
    answer: text,
    answerType: 'text/event-stream',
  }),
  route('get', '/api/v1/campaigns/{campaign}/report', 'Its report as one page', {
    answer: text,
    answerType: 'text/html',
  }),
  route('post', '/api/v1/campaigns/{campaign}/stop', 'End it after the round under way, or now', {
    body: campaigns.campaignStopSchema,
    status: 202,
    answer: campaigns.campaignSchema,
  }),
  route('post', '/api/v1/campaigns/{campaign}/resume', 'Go on with one that was stopped or failed', {
    status: 202,
    answer: campaigns.campaignSchema,
  }),
  route('get', '/api/v1/boards', 'All boards', { answer: list(boards.boardSchema) }),
  route('get', '/api/v1/boards/{id}', 'A board', { answer: boards.boardSchema }),
  route('put', '/api/v1/boards/{id}/health', 'Take a board out, or bring it back', {
    body: boards.healthRequestSchema,
    answer: boards.boardSchema,
  }),
  route('get', '/api/v1/boards/{id}/sentinels', 'What the sentinels of a board measured, oldest first', {
    query: access.listQuerySchema,
    answer: list(boards.sentinelSchema),
  }),
  route('post', '/api/v1/benches/{name}/resume', 'End the pause of a bench', { status: 204 }),
  route('get', '/api/v1/sentinels', 'Drift of each board, and spread between the boards of a target', {
    answer: list(boards.spreadSchema),
  }),
  route('post', '/api/v1/reservations', 'Reserve a board for a person', {
    body: boards.reservationRequestSchema,
    status: 201,
    answer: boards.reservationSchema,
  }),
  route('get', '/api/v1/reservations', 'Open reservations', { answer: list(boards.reservationSchema) }),
  route('get', '/api/v1/reservations/{id}', 'A reservation', { answer: boards.reservationSchema }),
  route('post', '/api/v1/reservations/{id}/heartbeat', 'The client is still there', {
    answer: boards.reservationSchema,
  }),
  route('delete', '/api/v1/reservations/{id}', 'Give a board back', { status: 204 }),
  route('post', '/api/v1/reservations/{id}/flash', 'Bring an ELF, the body, onto the reserved board', {
    bodyType: 'application/octet-stream',
    answer: boards.flashedSchema,
  }),
  route('post', '/api/v1/reservations/{id}/console', 'Send a line to the reserved board', {
    body: boards.consoleInputSchema,
    status: 204,
  }),
  route('get', '/api/v1/reservations/{id}/console', 'Console lines of the reserved board as they come', {
    answer: text,
    answerType: 'text/event-stream',
  }),
  route('get', '/api/v1/results', 'Measurements, newest first, as JSON or CSV; `next` is the next cursor', {
    query: access.resultQuerySchema,
    answer: z.object({ items: z.array(access.resultSchema), next: z.string().nullable() }),
  }),
  route('get', '/api/v1/results/{id}', 'A measurement', { answer: access.resultSchema }),
  route('get', '/api/v1/results/{id}/artifacts', 'Files of a measurement', {
    answer: list(access.artifactSchema),
  }),
  route('get', '/api/v1/results/{id}/artifacts/{name}', 'A file; its name may hold slashes', {
    answer: text,
    answerType: 'application/octet-stream',
  }),
  route('get', '/api/v1/attempts/{id}', 'An attempt, of a job or of a sentinel', {
    answer: jobs.attemptSchema,
  }),
  route('get', '/api/v1/attempts/{id}/log', 'Console log of an attempt', {
    answer: text,
    answerType: 'text/plain',
  }),
  route('get', '/api/v1/attempts/{id}/console', 'Console lines as they come', {
    answer: text,
    answerType: 'text/event-stream',
  }),
  route('get', '/api/v1/events', 'Events of jobs and boards, resumable by Last-Event-ID', {
    query: access.eventQuerySchema,
    answer: text,
    answerType: 'text/event-stream',
  }),
  route('get', '/api/v1/models/{target}/{fidelity}', 'Versions of a latency model, newest first', {
    answer: list(models.modelSchema),
  }),
  route('get', '/api/v1/models/{target}/{fidelity}/active', 'The version that predicts', {
    answer: models.modelSchema,
  }),
  route(
    'get',
    '/api/v1/models/{target}/{fidelity}/export',
    'The active version as JSON, to be evaluated elsewhere',
    {
      answer: z.record(z.string(), z.unknown()),
    },
  ),
  route(
    'get',
    '/api/v1/models/{target}/{fidelity}/document',
    'The active version whole, with its covariance',
    {
      answer: z.record(z.string(), z.unknown()),
    },
  ),
  route('post', '/api/v1/models/{target}/{fidelity}/fit', 'Fit a version to what was measured, now', {
    status: 201,
    answer: models.modelSchema,
  }),
  route('post', '/api/v1/models/{target}/{fidelity}/rollback', 'Make a version the active one by hand', {
    body: models.rollbackRequestSchema,
    answer: models.modelSchema,
  }),
  route('post', '/api/v1/models/{target}/{fidelity}/predict', 'What uploaded candidates will cost', {
    body: models.predictRequestSchema,
    answer: models.predictionsSchema,
  }),
  route('get', '/api/v1/drift', 'Measurements that no model expected, newest first', {
    query: models.driftQuerySchema,
    answer: list(models.driftSchema),
  }),
  route('get', '/api/v1/tokens', 'Access tokens, without their secrets', {
    answer: list(access.tokenSchema),
  }),
  route('post', '/api/v1/tokens', 'Make a token; its secret is shown this once', {
    body: access.tokenRequestSchema,
    status: 201,
    answer: access.newTokenSchema,
  }),
  route('delete', '/api/v1/tokens/{id}', 'Revoke a token', { status: 204 }),
  route('get', '/api/v1/audit', 'Who did what, newest first', {
    query: access.listQuerySchema,
    answer: list(access.auditSchema),
  }),
  route('get', '/api/v1/webhooks', 'Webhooks', { answer: list(access.webhookSchema) }),
  route('post', '/api/v1/webhooks', 'Be told of events; the secret signs the calls', {
    body: access.webhookRequestSchema,
    status: 201,
    answer: access.newWebhookSchema,
  }),
  route('delete', '/api/v1/webhooks/{id}', 'Remove a webhook', { status: 204 }),
  route('get', '/healthz', 'The process is alive', { answer: z.object({ status: text }) }),
  route('get', '/readyz', 'The server can take work', { answer: z.object({ status: text }) }),
  route('get', '/metrics', 'For Prometheus', { answer: text, answerType: 'text/plain' }),
  route('get', '/openapi.json', 'This document', { answer: z.record(z.string(), z.unknown()) }),
];

function route(
  method: Route['method'],
  path: string,
  summary: string,
  rest: Omit<Route, 'method' | 'path' | 'summary'>,
): Route {
  return { method, path, summary, ...rest };
}
