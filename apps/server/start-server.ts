import 'reflect-metadata';

import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import helmet from 'helmet';

import { FarmError, systemClock, type Logger } from '#core';
import {
  Farm,
  type BoardRunner,
  type Compiler,
  type FarmOptions,
  type Fidelity,
  type ListedBoard,
} from '#farm';
import type { Store } from '#store';

import { appModule } from './app.module.ts';
import { Campaigns, type CampaignsOptions } from './campaigns/campaigns.ts';
import { ServerOracles, type OfferedOracle } from './campaigns/server-oracles.ts';
import { endStreams } from './events/event-stream.ts';
import { Webhooks } from './events/webhooks.ts';
import { assertPortFree } from './http/assert-port-free.ts';
import { closeConnections } from './http/close-connections.ts';
import { requestLog } from './http/request-id.ts';
import type { Hands } from './controllers/hands.controller.ts';
import { createMetrics } from './metrics.ts';
import { startModelling } from './modelling.ts';
import {
  ACCESS,
  CAMPAIGNS,
  FARM,
  HANDS,
  LOGGER,
  METRICS,
  MODELS,
  ORACLES,
  STORE,
  type Access,
} from './tokens.ts';

export interface ServerOptions {
  /** Loopback unless told otherwise. */
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Closed by the server. */
  readonly store: Store;
  readonly logger: Logger;
  readonly boards: readonly ListedBoard[];
  readonly runner: BoardRunner;
  readonly compiler: Compiler;
  readonly sentinelOf: FarmOptions['sentinelOf'];
  readonly farmSettings?: FarmOptions['settings'];
  /** Console and flash of reserved boards; absent where no board has any. */
  readonly hands?: Hands;
  /** That campaigns may name, beside the built-in ones. */
  readonly offeredOracles?: ReadonlyMap<string, OfferedOracle>;
  readonly runCampaign?: CampaignsOptions['runThread'];
  readonly maxUploadBytes?: number;
  readonly requestsPerMinute?: number;
  /** The store is lost: the server stops by itself, and this says why. */
  readonly onFatal: (error: unknown) => void;
}

export interface RunningServer {
  readonly url: string;
  readonly farm: Farm;
  /** Takes no more, lets running attempts go, and closes the store. */
  close(): Promise<void>;
}

/** What a request that is under way at the end of the server may still take. */
const connectionGraceMs = 1000;

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

/** Rejects with TOKENS_MISSING off loopback when nobody has a token, and with PORT_UNAVAILABLE. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { store, logger, host } = options;
  const access = await accessFor(options);
  await assertPortFree(host, options.port);
  const farm = await openFarm(options);
  farm.onEvent(({ type, jobId, boardId, attemptId, user, data }) => {
    const who = { job: jobId, board: boardId, attempt: attemptId, user };
    logger.info(type, {
      ...Object.fromEntries(Object.entries(who).filter(([, id]) => id !== null)),
      ...data,
    });
  });
  const modelling = startModelling(store, farm, logger);
  tellOfMeasurements(farm, modelling.measured);
  const oracles = new ServerOracles(store, options.offeredOracles ?? new Map());
  const { runCampaign: runThread } = options;
  const campaigns = new Campaigns({
    farm,
    store,
    oracles,
    onFatal: options.onFatal,
    ...(runThread === undefined ? {} : { runThread }),
  });
  const webhooks = new Webhooks(store, farm, systemClock, logger, farm.lastEventSeq());
  const app = await NestFactory.create<NestExpressApplication>(
    appModule([
      { provide: FARM, useValue: farm },
      { provide: STORE, useValue: store },
      { provide: LOGGER, useValue: logger },
      { provide: ACCESS, useValue: access },
      { provide: HANDS, useValue: options.hands ?? null },
      { provide: MODELS, useValue: modelling.models },
      { provide: CAMPAIGNS, useValue: campaigns },
      { provide: ORACLES, useValue: oracles },
      { provide: METRICS, useValue: createMetrics(farm, campaigns) },
      { provide: Webhooks, useValue: webhooks },
    ]),
    { logger: false, bodyParser: false, abortOnError: false },
  );
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.use(requestLog(logger));
  app.use(helmet({ contentSecurityPolicy: { directives: { defaultSrc: ["'self'"] } } }));
  app.useBodyParser('json', { limit: '4mb', strict: true });
  await app.listen(options.port, host);
  // Longer than a proxy or a client keeps a connection for its next request: else that may meet the closing.
  app.getHttpServer().keepAliveTimeout = 75_000;
  void webhooks.deliverAll();
  await campaigns.resumeAll();
  const url = (await app.getUrl()).replace('[::1]', 'localhost');
  logger.info('listening', { url });
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    endStreams();
    // Where the store is lost the farm cannot stop in order; the port and the files are let go all the same.
    await campaigns.close();
    const [stopped] = await Promise.allSettled([farm.stop(), webhooks.stop(), modelling.close()]);
    const stopWatching = closeConnections(app.getHttpServer(), connectionGraceMs);
    try {
      await app.close();
    } finally {
      stopWatching();
    }
    await store.close();
    if (stopped.status === 'rejected') throw stopped.reason;
  };
  return { url, farm, close: () => (closing ??= close()) };
}

/** Of candidates measured by jobs and accepted; not of sentinels. */
function tellOfMeasurements(farm: Farm, tell: (target: string, fidelity: Fidelity) => void): void {
  farm.onEvent(({ type, jobId, boardId, data }) => {
    if (type !== 'attempt.ended' || jobId === null || data['state'] !== 'accepted') return;
    const board = farm.boards().find(({ id }) => id === boardId);
    if (board !== undefined) tell(board.target, board.fidelity);
  });
}

async function accessFor(options: ServerOptions): Promise<Access> {
  const isLoopback = loopback.test(options.host);
  const anyToken = await options.store.tokens.anyUsable();
  if (!isLoopback && !anyToken) {
    throw new FarmError(
      'TOKENS_MISSING',
      `the server would listen on ${options.host}, where others can reach it, and nobody has a token`,
    );
  }
  return {
    open: isLoopback && !anyToken,
    loopback: isLoopback,
    maxUploadBytes: options.maxUploadBytes ?? 64 * 1024 * 1024,
    requestsPerMinute: options.requestsPerMinute ?? 3000,
  };
}

async function openFarm(options: ServerOptions): Promise<Farm> {
  const { store, logger, runner, compiler, sentinelOf, boards, onFatal } = options;
  return Farm.open(
    {
      repository: store.farm,
      runner,
      compiler,
      sentinelOf,
      clock: systemClock,
      logger,
      onFatal,
      ...(options.farmSettings === undefined ? {} : { settings: options.farmSettings }),
    },
    boards,
  );
}
