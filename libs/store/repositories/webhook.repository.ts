import { randomBytes, randomUUID } from 'node:crypto';

import { FarmError } from '#core';

import type { Database } from '../database.ts';
import { WebhookEntity } from '../entities/farm/index.ts';

export interface Webhook {
  readonly id: string;
  readonly user: string;
  readonly url: string;
  readonly secret: string;
  /** Event types; empty for all. */
  readonly types: readonly string[];
  readonly deliveredSeq: number;
  /** Deliveries that failed in a row. */
  readonly failures: number;
}

export class WebhookRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** From the event after `sinceSeq` on. The secret is made here. */
  async create(user: string, url: string, types: readonly string[], sinceSeq: number): Promise<Webhook> {
    const secret = randomBytes(32).toString('base64url');
    const row = {
      id: randomUUID(),
      user,
      url,
      secret,
      types: types.join(','),
      deliveredSeq: sinceSeq,
      failures: 0,
    };
    await this.#database.write((manager) => manager.insert(WebhookEntity, row));
    return toWebhook(row);
  }

  async list(): Promise<Webhook[]> {
    const rows = await this.#database.read((manager) =>
      manager.find(WebhookEntity, { order: { id: 'ASC' } }),
    );
    return rows.map(toWebhook);
  }

  async update(id: string, progress: { deliveredSeq: number; failures: number }): Promise<void> {
    await this.#database.write((manager) => manager.update(WebhookEntity, { id }, progress));
  }

  async remove(id: string): Promise<void> {
    const removed = await this.#database.write(async (manager) => {
      const found = await manager.findOneBy(WebhookEntity, { id });
      return found === null ? null : manager.remove(found);
    });
    if (removed === null) throw new FarmError('NOT_FOUND', `there is no webhook ${id}`);
  }
}

function toWebhook({ id, user, url, secret, types, deliveredSeq, failures }: WebhookEntity): Webhook {
  const named = types === '' ? [] : types.split(',');
  return { id, user, url, secret, types: named, deliveredSeq, failures };
}
