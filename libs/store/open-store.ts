import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

import { DataSource, type DataSourceOptions } from 'typeorm';

import { FarmError, messageOf } from '#core';
import type { FarmRepository } from '#farm';
import type { DriftRepository, ModelRepository } from '#latency';
import type { CampaignRepository } from '#search';

import { ContentStore } from './content-store.ts';
import { Database } from './database.ts';
import { ArtifactEntity } from './entities/artifact.entity.ts';
import { CampaignEntity, CampaignStepEntity } from './entities/campaign.entity.ts';
import { DriftEntity } from './entities/drift.entity.ts';
import * as farmEntities from './entities/farm/index.ts';
import { MeasurementEntity } from './entities/measurement.entity.ts';
import { ActiveModelEntity, ModelEntity } from './entities/model.entity.ts';
import { openAndMigrate } from './migrate.ts';
import { Measurements1790000000000 } from './migrations/1790000000000-measurements.ts';
import { Farm1795000000000 } from './migrations/1795000000000-farm.ts';
import { Models1797000000000 } from './migrations/1797000000000-models.ts';
import { Campaigns1798500000000 } from './migrations/1798500000000-campaigns.ts';
import { Drift1801500000000 } from './migrations/1801500000000-drift.ts';
import { CampaignOwner1804000000000 } from './migrations/1804000000000-campaign-owner.ts';
import { AuditRepository } from './repositories/audit.repository.ts';
import { DatabaseCampaignRepository } from './repositories/campaign.repository.ts';
import { CandidateRepository } from './repositories/candidate.repository.ts';
import { DatabaseDriftRepository } from './repositories/drift.repository.ts';
import { DatabaseFarmRepository } from './repositories/farm.repository.ts';
import { MeasurementRepository } from './repositories/measurement.repository.ts';
import { DatabaseModelRepository } from './repositories/model.repository.ts';
import { TokenRepository } from './repositories/token.repository.ts';
import { WebhookRepository } from './repositories/webhook.repository.ts';

export interface StoreOptions {
  /** Path of the SQLite database; made where it is missing, and brought up to date. */
  readonly databasePath: string;
  /** `postgres://…`: then this database is used, and no file. */
  readonly databaseUrl?: string | undefined;
  /** Folder of the content-addressed files. */
  readonly filesFolder: string;
}

export interface Store {
  readonly measurements: MeasurementRepository;
  readonly farm: FarmRepository;
  readonly models: ModelRepository;
  readonly campaigns: CampaignRepository;
  readonly drift: DriftRepository;
  readonly tokens: TokenRepository;
  readonly audit: AuditRepository;
  readonly candidates: CandidateRepository;
  readonly webhooks: WebhookRepository;
  /** Rejects when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the store and runs the migrations that it lacks. Rejects with STORE_FAILED, naming the path. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const database = new DataSource(dataSourceOptions(options));
  try {
    if (options.databaseUrl === undefined) await mkdir(dirname(options.databasePath), { recursive: true });
    await openAndMigrate(database);
  } catch (error) {
    if (database.isInitialized) await database.destroy();
    throw new FarmError(
      'STORE_FAILED',
      `the database ${nameOf(options)} could not be opened: ${messageOf(error)}`,
      { cause: error },
    );
  }
  const content = new ContentStore(options.filesFolder);
  const access = new Database(database);
  return {
    measurements: new MeasurementRepository(access, content),
    farm: new DatabaseFarmRepository(access, content),
    models: new DatabaseModelRepository(access),
    campaigns: new DatabaseCampaignRepository(access),
    drift: new DatabaseDriftRepository(access),
    tokens: new TokenRepository(access),
    audit: new AuditRepository(access),
    candidates: new CandidateRepository(access, content),
    webhooks: new WebhookRepository(access),
    ping: async () => {
      await access.read((manager) => manager.query('SELECT 1'));
    },
    close: () => database.destroy(),
  };
}

function dataSourceOptions(options: StoreOptions): DataSourceOptions {
  const common = {
    entities: [
      MeasurementEntity,
      ArtifactEntity,
      ModelEntity,
      ActiveModelEntity,
      CampaignEntity,
      CampaignStepEntity,
      DriftEntity,
      ...Object.values(farmEntities),
    ],
    migrations: [
      Measurements1790000000000,
      Farm1795000000000,
      Models1797000000000,
      Campaigns1798500000000,
      Drift1801500000000,
      CampaignOwner1804000000000,
    ],
    synchronize: false,
  };
  if (options.databaseUrl !== undefined) {
    return { ...common, type: 'postgres', url: options.databaseUrl, connectTimeoutMS: 10_000 };
  }
  return {
    ...common,
    type: 'better-sqlite3',
    database: options.databasePath,
    // A reader must not stop a writer, and a second process waits its turn instead of failing.
    enableWAL: true,
    timeout: 10_000,
  };
}

/** Without the password that a URL may hold. */
function nameOf({ databaseUrl, databasePath }: StoreOptions): string {
  if (databaseUrl === undefined) return databasePath;
  if (!URL.canParse(databaseUrl)) return 'whose URL is malformed';
  const { host, pathname } = new URL(databaseUrl);
  return `postgres://${host}${pathname}`;
}
