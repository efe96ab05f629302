import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

import { DataSource, type DataSourceOptions } from 'typeorm';

import { FarmError, messageOf } from '#core';

import { ContentStore } from './content-store.ts';
import { Database } from './database.ts';
import { ArtifactEntity } from './entities/artifact.entity.ts';
import { MeasurementEntity } from './entities/measurement.entity.ts';
import { Measurements1790000000000 } from './migrations/1790000000000-measurements.ts';
import { MeasurementRepository } from './repositories/measurement.repository.ts';

export interface StoreOptions {
  /** Path of the SQLite database; made where it is missing, and brought up to date. */
  readonly databasePath: string;
  /** Folder of the content-addressed files. */
  readonly filesFolder: string;
}

export interface Store {
  readonly measurements: MeasurementRepository;
  close(): Promise<void>;
}

/** Opens the store and runs the migrations that it lacks. Rejects with STORE_FAILED, naming the path. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const database = new DataSource(dataSourceOptions(options));
  try {
    await mkdir(dirname(options.databasePath), { recursive: true });
    await database.initialize();
    await database.runMigrations({ transaction: 'each' });
  } catch (error) {
    if (database.isInitialized) await database.destroy();
    throw new FarmError(
      'STORE_FAILED',
      `the database ${options.databasePath} could not be opened: ${messageOf(error)}`,
      { cause: error },
    );
  }
  const content = new ContentStore(options.filesFolder);
  return {
    measurements: new MeasurementRepository(new Database(database), content),
    close: () => database.destroy(),
  };
}

function dataSourceOptions(options: StoreOptions): DataSourceOptions {
  return {
    type: 'better-sqlite3',
    database: options.databasePath,
    // A reader must not stop a writer, and a second process waits its turn instead of failing.
    enableWAL: true,
    timeout: 10_000,
    entities: [MeasurementEntity, ArtifactEntity],
    migrations: [Measurements1790000000000],
    synchronize: false,
  };
}
