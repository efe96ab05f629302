import { FarmError, messageOf } from '#core';
import type { DriftQuery, DriftRepository, RaisedDrift } from '#latency';

import type { Database } from '../database.ts';
import { DriftEntity } from '../entities/drift.entity.ts';

/** Drift flags in the database. */
export class DatabaseDriftRepository implements DriftRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async save(flags: readonly RaisedDrift[]): Promise<void> {
    if (flags.length === 0) return;
    const rows = flags.map((flag) => ({
      measurementId: flag.id,
      target: flag.target,
      fidelity: flag.fidelity,
      raisedAtMs: flag.raisedAtMs,
      record: JSON.stringify(flag),
    }));
    await attempt('drift flags could not be stored', () =>
      this.#database.write((manager) =>
        manager.createQueryBuilder().insert().into(DriftEntity).values(rows).orIgnore().execute(),
      ),
    );
  }

  async list({ target, fidelity, limit = 50 }: DriftQuery = {}): Promise<readonly RaisedDrift[]> {
    const where = {
      ...(target === undefined ? {} : { target }),
      ...(fidelity === undefined ? {} : { fidelity }),
    };
    const rows = await attempt('drift flags could not be read', () =>
      this.#database.read((manager) =>
        manager.find(DriftEntity, {
          where,
          order: { raisedAtMs: 'DESC', measurementId: 'ASC' },
          take: limit,
        }),
      ),
    );
    return rows.map(({ record }) => JSON.parse(record) as RaisedDrift);
  }
}

async function attempt<T>(what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw new FarmError('STORE_FAILED', `${what}: ${messageOf(error)}`, { cause: error });
  }
}
