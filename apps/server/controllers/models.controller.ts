import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';

import { FarmError, systemClock } from '#core';
import {
  exportModel,
  type ExportedModel,
  type ModelDocument,
  type ModelKey,
  type ModelVersion,
  type RaisedDrift,
} from '#latency';

import { predictStored, type StoredPredictions } from '../../wiring/predict-stored.ts';
import { refitOnce } from '../../wiring/refit-once.ts';
import { audit } from '../http/audit.ts';
import { Needs, Who } from '../http/access.guard.ts';
import type { Caller } from '../http/request-id.ts';
import { Validated } from '../http/validated.pipe.ts';
import {
  driftQuerySchema,
  modelKeySchema,
  predictRequestSchema,
  rollbackRequestSchema,
  type DriftListQuery,
  type PredictBody,
  type RollbackBody,
} from '../schemas/models.ts';
import { MODELS, STORE, type LatencyModels, type Store } from '../tokens.ts';

const keyOf = new Validated(modelKeySchema, 'path');

@Controller('api/v1')
export class ModelsController {
  readonly #store: Store;
  readonly #models: LatencyModels;

  constructor(@Inject(STORE) store: Store, @Inject(MODELS) models: LatencyModels) {
    this.#store = store;
    this.#models = models;
  }

  @Get('models/:target/:fidelity')
  @Needs('viewer')
  async list(@Param(keyOf) key: ModelKey): Promise<{ items: object[] }> {
    const versions = await this.#store.models.list(key);
    const active = await this.#store.models.active(key);
    return { items: versions.map((each) => summaryOf(each, each.version === active?.version)) };
  }

  @Get('models/:target/:fidelity/active')
  @Needs('viewer')
  async active(@Param(keyOf) key: ModelKey): Promise<object> {
    return summaryOf(await this.#active(key), true);
  }

  @Get('models/:target/:fidelity/export')
  @Needs('viewer')
  async export(@Param(keyOf) key: ModelKey): Promise<ExportedModel> {
    return exportModel((await this.#active(key)).model);
  }

  /** All of the active version that predicts, for programs of tinyfarm. */
  @Get('models/:target/:fidelity/document')
  @Needs('viewer')
  async document(@Param(keyOf) key: ModelKey): Promise<ModelDocument> {
    return (await this.#active(key)).model;
  }

  @Post('models/:target/:fidelity/fit')
  @Needs('operator')
  async fit(@Param(keyOf) key: ModelKey, @Who() caller: Caller): Promise<object> {
    const context = { store: this.#store, models: this.#models, nowMs: systemClock.nowMs() };
    const { version } = await refitOnce(context, key, { force: true });
    await audit(this.#store, caller, 'model.fit', `${key.fidelity} ${key.target}`, {
      version: version!.version,
    });
    const active = await this.#active(key);
    return summaryOf(version!, active.version === version!.version);
  }

  @Post('models/:target/:fidelity/rollback')
  @Needs('operator')
  @HttpCode(200)
  async rollback(
    @Param(keyOf) key: ModelKey,
    @Body(new Validated(rollbackRequestSchema)) body: RollbackBody,
    @Who() caller: Caller,
  ): Promise<object> {
    const version = await this.#models.rollback(key, body.version);
    await audit(this.#store, caller, 'model.rollback', `${key.fidelity} ${key.target}`, body);
    return summaryOf(version, true);
  }

  @Post('models/:target/:fidelity/predict')
  @Needs('viewer')
  @HttpCode(200)
  async predict(
    @Param(keyOf) key: ModelKey,
    @Body(new Validated(predictRequestSchema)) body: PredictBody,
  ): Promise<StoredPredictions> {
    return predictStored(this.#store, await this.#active(key), body.candidates);
  }

  @Get('drift')
  @Needs('viewer')
  async drift(
    @Query(new Validated(driftQuerySchema, 'query')) query: DriftListQuery,
  ): Promise<{ items: readonly RaisedDrift[] }> {
    const { target, fidelity, limit } = query;
    return {
      items: await this.#store.drift.list({
        limit,
        ...(target === undefined ? {} : { target }),
        ...(fidelity === undefined ? {} : { fidelity }),
      }),
    };
  }

  async #active(key: ModelKey): Promise<ModelVersion> {
    const active = await this.#store.models.active(key);
    if (active === undefined) {
      throw new FarmError('MODEL_UNKNOWN', `there is no ${key.fidelity} latency model of ${key.target} yet`);
    }
    return active;
  }
}

function summaryOf(
  { model, version, code, createdAtMs, decision, report }: ModelVersion,
  active: boolean,
): object {
  const { target, fidelity, unit, prior, rows } = model;
  const createdAt = new Date(createdAtMs).toISOString();
  const { crossValidation: errors, coverage } = report;
  return {
    target,
    fidelity,
    unit,
    version,
    active,
    rows,
    prior,
    code,
    createdAt,
    decision,
    coverage,
    errors,
  };
}
