import type { EntityManager } from 'typeorm';

import { FarmError, messageOf } from '#core';
import {
  packRows,
  unpackRows,
  type ModelKey,
  type ModelRepository,
  type ModelVersion,
  type NewModelVersion,
  type PackedRows,
} from '#latency';

import type { Database } from '../database.ts';
import { ActiveModelEntity, ModelEntity } from '../entities/model.entity.ts';
import { writeRows } from './write-rows.ts';

type StoredVersion = Omit<NewModelVersion, 'rows'> & { readonly rows: PackedRows | NewModelVersion['rows'] };

/** Latency models in the database. */
export class DatabaseModelRepository implements ModelRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  add(version: NewModelVersion): Promise<ModelVersion> {
    const { target, fidelity } = version.model;
    const record = JSON.stringify({ ...version, rows: packRows(version.rows) });
    return this.#attempt(`a latency model of ${target} could not be stored`, async () => {
      const number = await this.#database.write((manager) =>
        insertNumbered(manager, { target, fidelity }, record),
      );
      return { ...version, version: number };
    });
  }

  async find({ target, fidelity }: ModelKey, version: number): Promise<ModelVersion | undefined> {
    const row = await this.#read((manager) => manager.findOneBy(ModelEntity, { target, fidelity, version }));
    return row === null ? undefined : versionOf(row);
  }

  async list({ target, fidelity }: ModelKey): Promise<readonly ModelVersion[]> {
    const rows = await this.#read((manager) =>
      manager.find(ModelEntity, { where: { target, fidelity }, order: { version: 'DESC' } }),
    );
    return rows.map(versionOf);
  }

  async newest({ target, fidelity }: ModelKey): Promise<ModelVersion | undefined> {
    const [row] = await this.#read((manager) =>
      manager.find(ModelEntity, { where: { target, fidelity }, order: { version: 'DESC' }, take: 1 }),
    );
    return row === undefined ? undefined : versionOf(row);
  }

  async active({ target, fidelity }: ModelKey): Promise<ModelVersion | undefined> {
    const active = await this.#read((manager) => manager.findOneBy(ActiveModelEntity, { target, fidelity }));
    return active === null ? undefined : this.find({ target, fidelity }, active.version);
  }

  activate({ target, fidelity }: ModelKey, version: number): Promise<void> {
    const what = `${fidelity} model ${version} of ${target} could not be made the active one`;
    return this.#attempt(what, () =>
      this.#database.write((manager) =>
        writeRows(manager, ActiveModelEntity, [{ target, fidelity, version }]),
      ),
    );
  }

  #read<T>(query: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.#attempt('latency models could not be read', () => this.#database.read(query));
  }

  async #attempt<T>(what: string, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      throw new FarmError('STORE_FAILED', `${what}: ${messageOf(error)}`, { cause: error });
    }
  }
}

/** In one statement, so that SQLite takes its write lock before it looks for the last number. */
async function insertNumbered(
  manager: EntityManager,
  { target, fidelity }: ModelKey,
  record: string,
): Promise<number> {
  const isPostgres = manager.connection.options.type === 'postgres';
  // PostgreSQL would let two writers see the same last number.
  if (isPostgres) await manager.query('LOCK TABLE latency_model IN SHARE ROW EXCLUSIVE MODE');
  const [a, b, c, d, e] = isPostgres ? ['$1', '$2', '$3', '$4', '$5'] : ['?', '?', '?', '?', '?'];
  const next = `SELECT COALESCE(MAX(version), 0) + 1 FROM latency_model WHERE target = ${c} AND fidelity = ${d}`;
  const rows: unknown = await manager.query(
    `INSERT INTO latency_model (target, fidelity, version, record) VALUES (${a}, ${b}, (${next}), ${e}) RETURNING version`,
    [target, fidelity, target, fidelity, record],
  );
  return (rows as [{ version: number }])[0].version;
}

function versionOf({ record, version }: ModelEntity): ModelVersion {
  const kept = JSON.parse(record) as StoredVersion;
  // Versions of before rows were packed have them as they are.
  const rows = 'shapes' in kept.rows ? unpackRows(kept.rows) : kept.rows;
  return { ...kept, rows, version };
}
