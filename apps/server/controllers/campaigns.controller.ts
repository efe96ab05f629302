import { Body, Controller, Get, Headers, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';

import { renderReport, type Campaign, type LoopStep } from '#search';
import { findTarget } from '#targets';

import { reportOf } from '../../wiring/campaign-report.ts';
import { campaignSpec } from '../../wiring/campaign-wish.ts';
import type { Campaigns } from '../campaigns/campaigns.ts';
import { streamCampaign } from '../campaigns/stream-campaign.ts';
import type { ServerOracles } from '../campaigns/server-oracles.ts';
import { EventStream, lastEventNumber } from '../events/event-stream.ts';
import { assertOwn } from '../http/assert-own.ts';
import { audit } from '../http/audit.ts';
import { Needs, Who } from '../http/access.guard.ts';
import type { Caller } from '../http/request-id.ts';
import { identifier } from '../http/identifier.ts';
import { Validated } from '../http/validated.pipe.ts';
import {
  campaignRequestSchema,
  campaignStepsQuerySchema,
  campaignStopSchema,
  type CampaignBody,
  type CampaignStepsQuery,
  type CampaignStopBody,
} from '../schemas/campaigns.ts';
import { CAMPAIGNS, FARM, ORACLES, STORE, type Farm, type Store } from '../tokens.ts';

/** Searches that the server runs on its boards. */
@Controller('api/v1/campaigns')
export class CampaignsController {
  readonly #campaigns: Campaigns;
  readonly #oracles: ServerOracles;
  readonly #farm: Farm;
  readonly #store: Store;

  constructor(
    @Inject(CAMPAIGNS) campaigns: Campaigns,
    @Inject(ORACLES) oracles: ServerOracles,
    @Inject(FARM) farm: Farm,
    @Inject(STORE) store: Store,
  ) {
    this.#campaigns = campaigns;
    this.#oracles = oracles;
    this.#farm = farm;
    this.#store = store;
  }

  @Post()
  @Needs('submitter')
  async begin(
    @Body(new Validated(campaignRequestSchema)) body: CampaignBody,
    @Who() caller: Caller,
  ): Promise<object> {
    const { name, oracle, proxy, oracleTimeoutMs, tags, ...wish } = body;
    const target = findTarget(wish.target);
    const { fidelity } = this.#farm.selectorFor({ target: target.name, fidelity: body.fidelity, tags });
    const spec = await campaignSpec(
      {
        ...wish,
        target,
        fidelity,
        tags,
        limits: given(wish.limits),
        budget: { measurements: wish.budget.measurements, ...given(wish.budget) },
        oracle: await this.#oracles.resolve(oracle, proxy, oracleTimeoutMs),
      },
      this.#store,
    );
    const campaign = await this.#campaigns.begin(spec, name, caller.user);
    await audit(this.#store, caller, 'campaign.begin', campaign.id, { name: campaign.name });
    return summaryOf(campaign);
  }

  /** Newest first. */
  @Get()
  @Needs('viewer')
  async list(): Promise<{ items: object[] }> {
    return { items: (await this.#store.campaigns.list()).map(summaryOf) };
  }

  /** Here and below by name or id. */
  @Get(':campaign')
  @Needs('viewer')
  async get(@Param('campaign', identifier) nameOrId: string): Promise<object> {
    const campaign = await this.#store.campaigns.find(nameOrId);
    const steps = await this.#store.campaigns.stepCount(campaign.id);
    const { startModel, ...spec } = campaign.spec;
    const began = startModel === undefined ? {} : { startModel: { source: startModel.source } };
    return {
      campaign: summaryOf(campaign),
      spec: { ...spec, ...began },
      ...this.#campaigns.stageOf(campaign.id),
      steps,
    };
  }

  @Get(':campaign/steps')
  @Needs('viewer')
  async steps(
    @Param('campaign', identifier) nameOrId: string,
    @Query(new Validated(campaignStepsQuerySchema, 'query')) { from, limit }: CampaignStepsQuery,
  ): Promise<{ items: readonly LoopStep[]; next: number | null }> {
    const { id } = await this.#store.campaigns.find(nameOrId);
    const items = await this.#store.campaigns.steps(id, { from, limit });
    return { items, next: items.length === limit ? from + limit : null };
  }

  /** Its steps as they come, by their numbers, and what it is doing; ends with the campaign's sitting. */
  @Get(':campaign/events')
  @Needs('viewer')
  async events(
    @Param('campaign', identifier) nameOrId: string,
    @Headers('last-event-id') lastId: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const campaign = await this.#store.campaigns.find(nameOrId);
    const after = lastEventNumber(lastId) ?? -1;
    const { campaigns } = this.#store;
    await streamCampaign(campaign.id, after, new EventStream(response), campaigns, this.#campaigns);
  }

  /** The report, without the files of the networks. */
  @Get(':campaign/report')
  @Needs('viewer')
  async report(@Param('campaign', identifier) nameOrId: string, @Res() response: Response): Promise<void> {
    const campaign = await this.#store.campaigns.find(nameOrId);
    const page = renderReport(reportOf(campaign, await this.#store.campaigns.steps(campaign.id)));
    // All that it needs is in it, and it may load nothing.
    response.setHeader('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox");
    response.type('html').send(page);
  }

  /** One's own; an operator stops anyone's. */
  @Post(':campaign/stop')
  @Needs('submitter')
  @HttpCode(202)
  async stop(
    @Param('campaign', identifier) nameOrId: string,
    @Body(new Validated(campaignStopSchema)) { now }: CampaignStopBody,
    @Who() caller: Caller,
  ): Promise<object> {
    const { id, name, user } = await this.#store.campaigns.find(nameOrId);
    assertOwn(caller, user, `campaign ${name}`);
    const campaign = await this.#campaigns.stop(id, now);
    await audit(this.#store, caller, 'campaign.stop', id, { name, now });
    return summaryOf(campaign);
  }

  /** One's own; an operator resumes anyone's. */
  @Post(':campaign/resume')
  @Needs('submitter')
  @HttpCode(202)
  async resume(@Param('campaign', identifier) nameOrId: string, @Who() caller: Caller): Promise<object> {
    const { id, name, user } = await this.#store.campaigns.find(nameOrId);
    assertOwn(caller, user, `campaign ${name}`);
    const campaign = await this.#campaigns.resume(id);
    await audit(this.#store, caller, 'campaign.resume', id, { name });
    return summaryOf(campaign);
  }
}

function summaryOf({ spec, createdAtMs, ...campaign }: Campaign): object {
  const { target, fidelity } = spec;
  const createdAt = new Date(createdAtMs).toISOString();
  return { message: null, code: null, ...campaign, target, fidelity, createdAt };
}

type Given<T> = { [K in keyof T]?: NonNullable<T[K]> };

function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
}
