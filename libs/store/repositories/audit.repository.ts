import { randomUUID } from 'node:crypto';

import type { Database } from '../database.ts';
import { AuditEntryEntity } from '../entities/farm/index.ts';

export interface AuditEntry {
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Who did what; only ever added to. */
export class AuditRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async add(entry: AuditEntry): Promise<void> {
    const row = {
      ...entry,
      id: randomUUID(),
      subject: entry.subject.slice(0, 200),
      details: JSON.stringify(entry.details),
    };
    await this.#database.write((manager) => manager.insert(AuditEntryEntity, row));
  }

  /** Newest first. */
  async list(limit: number): Promise<AuditEntry[]> {
    const rows = await this.#database.read((manager) =>
      manager.find(AuditEntryEntity, { order: { at: 'DESC', id: 'ASC' }, take: limit }),
    );
    return rows.map(({ at, actor, action, subject, details }) => ({
      at,
      actor,
      action,
      subject,
      details: JSON.parse(details) as Record<string, unknown>,
    }));
  }
}
