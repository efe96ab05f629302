import { Controller, Get, Header, Inject } from '@nestjs/common';
import type { Registry } from 'prom-client';

import { FarmError } from '#core';

import { Needs } from '../http/access.guard.ts';
import { openApiDocument } from '../openapi/document.ts';
import { FARM, METRICS, STORE, type Farm, type Store } from '../tokens.ts';

@Controller()
export class SystemController {
  readonly #farm: Farm;
  readonly #store: Store;
  readonly #metrics: Registry;

  constructor(@Inject(FARM) farm: Farm, @Inject(STORE) store: Store, @Inject(METRICS) metrics: Registry) {
    this.#farm = farm;
    this.#store = store;
    this.#metrics = metrics;
  }

  /** The process is alive. */
  @Get('healthz')
  @Needs('public')
  health(): { status: string } {
    return { status: 'ok' };
  }

  /** It can take work: the store answers, and it is not stopping. */
  @Get('readyz')
  @Needs('public')
  async ready(): Promise<{ status: string }> {
    await this.#store.ping();
    if (this.#farm.stopping) throw new FarmError('FARM_STOPPING', 'the server is stopping');
    return { status: 'ready' };
  }

  @Get('metrics')
  @Needs('viewer')
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  async metrics(): Promise<string> {
    return this.#metrics.metrics();
  }

  @Get('openapi.json')
  @Needs('public')
  openApi(): object {
    return openApiDocument;
  }
}
