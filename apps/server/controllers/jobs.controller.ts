import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';

import { FarmError } from '#core';
import type { Attempt, Batch, ExpectedOutput, Explanation, Job, JobRequest } from '#farm';

import { assertOwn } from '../http/assert-own.ts';
import { audit } from '../http/audit.ts';
import { Needs, Who } from '../http/access.guard.ts';
import type { Caller } from '../http/request-id.ts';
import { identifier } from '../http/identifier.ts';
import { Validated } from '../http/validated.pipe.ts';
import { listQuerySchema } from '../schemas/access.ts';
import {
  batchRequestSchema,
  jobQuerySchema,
  jobRequestSchema,
  type BatchBody,
  type JobBody,
  type JobQuery,
} from '../schemas/jobs.ts';
import { FARM, STORE, type Farm, type Store } from '../tokens.ts';

interface JobDetail {
  readonly job: Job;
  readonly attempts: readonly Attempt[];
  readonly why: Explanation | null;
}

@Controller('api/v1')
export class JobsController {
  readonly #farm: Farm;
  readonly #store: Store;

  constructor(@Inject(FARM) farm: Farm, @Inject(STORE) store: Store) {
    this.#farm = farm;
    this.#store = store;
  }

  @Post('jobs')
  @Needs('submitter')
  async submit(@Body(new Validated(jobRequestSchema)) body: JobBody, @Who() caller: Caller): Promise<Job> {
    const job = await this.#farm.submit(await this.#request(body, caller));
    await audit(this.#store, caller, 'job.submit', job.id, { candidate: body.candidate });
    return job;
  }

  @Get('jobs')
  @Needs('viewer')
  async list(
    @Query(new Validated(jobQuerySchema, 'query')) query: JobQuery,
  ): Promise<{ items: Job[]; total: number; next: string | null }> {
    const { state: states, user, target, board, batch: batchId, candidate: candidateHash, limit } = query;
    const filter = { states, user, target, board, batchId, candidateHash };
    const [items, total] = await Promise.all([
      this.#store.farm.findJobs({ ...filter, beforeSeq: query.cursor, limit }),
      this.#store.farm.countJobs(filter),
    ]);
    const last = items.length === limit ? items.at(-1) : undefined;
    return { items, total, next: last === undefined ? null : String(last.seq) };
  }

  @Get('jobs/:id')
  @Needs('viewer')
  async get(@Param('id', identifier) id: string): Promise<JobDetail> {
    const job = await this.#farm.job(id);
    if (job === undefined) throw new FarmError('NOT_FOUND', `there is no job ${id}`);
    return { job, attempts: await this.#store.farm.attemptsOf(id), why: this.#farm.explain(id) ?? null };
  }

  /** One's own; an operator cancels anyone's. */
  @Delete('jobs/:id')
  @Needs('submitter')
  @HttpCode(202)
  async cancel(@Param('id', identifier) id: string, @Who() caller: Caller): Promise<Job> {
    const { job } = await this.get(id);
    assertOwn(caller, job.user, `job ${id}`);
    await this.#farm.cancel(id, caller.user);
    await audit(this.#store, caller, 'job.cancel', id);
    return (await this.#farm.job(id)) ?? job;
  }

  @Post('batches')
  @Needs('submitter')
  async submitBatch(
    @Body(new Validated(batchRequestSchema)) body: BatchBody,
    @Who() caller: Caller,
  ): Promise<{ batch: Batch; jobs: string[] }> {
    const requests: JobRequest[] = [];
    for (const each of body.jobs) requests.push(await this.#request(each, caller));
    const { name, want, deadlineAt } = body;
    const { batch, jobs } = await this.#farm.submitBatch({
      user: caller.user,
      name,
      want,
      deadlineAt,
      jobs: requests,
    });
    await audit(this.#store, caller, 'batch.submit', batch.id, { name, size: jobs.length });
    return { batch, jobs: jobs.map(({ id }) => id) };
  }

  @Get('batches')
  @Needs('viewer')
  async listBatches(
    @Query(new Validated(listQuerySchema, 'query')) { limit }: { limit: number },
  ): Promise<{ items: Batch[] }> {
    return { items: await this.#store.farm.findBatches(limit) };
  }

  @Get('batches/:id')
  @Needs('viewer')
  async getBatch(@Param('id', identifier) id: string): Promise<Batch> {
    const batch = await this.#store.farm.batch(id);
    if (batch === undefined) throw new FarmError('NOT_FOUND', `there is no batch ${id}`);
    return batch;
  }

  async #request({ candidate: hash, ...body }: JobBody, caller: Caller): Promise<JobRequest> {
    const stored = await this.#store.candidates.get(hash);
    if (stored === undefined) {
      throw new FarmError('NOT_FOUND', `there is no candidate ${hash}, expected one that was uploaded`);
    }
    const candidate = { name: stored.name, hash, kind: stored.kind, source: stored.integrity };
    if (body.settings?.expect !== undefined) await this.#assertExpectable(stored.kind, body.settings.expect);
    return { ...body, user: caller.user, candidate };
  }

  async #assertExpectable(candidateKind: string, { from, hash }: ExpectedOutput): Promise<void> {
    if (candidateKind !== 'archive') {
      throw new FarmError(
        'USAGE_INVALID',
        `settings.expect is given for a candidate of kind ${candidateKind}, expected an archive: networks are held to the reference interpreter`,
      );
    }
    const kind = from === 'bytes' ? 'input' : 'tflite';
    if ((await this.#store.candidates.get(hash))?.kind !== kind) {
      throw new FarmError(
        'NOT_FOUND',
        `there is no upload ${hash} of kind ${kind}, which settings.expect names`,
      );
    }
  }
}
