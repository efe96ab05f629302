import { createHash, randomBytes, randomUUID } from 'node:crypto';

import { FarmError } from '#core';

import type { Database } from '../database.ts';
import { ApiTokenEntity } from '../entities/farm/index.ts';

export const roles = ['viewer', 'submitter', 'operator', 'admin'] as const;
/** Each may do what those before it may. */
export type Role = (typeof roles)[number];

export interface ApiToken {
  readonly id: string;
  readonly user: string;
  readonly role: Role;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

/** Access tokens. The secret is shown once and kept as a SHA-256: it is random, so that needs no salt and no stretching. */
export class TokenRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async create(
    user: string,
    role: Role,
    expiresAt: string | null,
    now = new Date(),
  ): Promise<{ token: ApiToken; secret: string }> {
    const secret = `tf_${randomBytes(32).toString('base64url')}`;
    const id = randomUUID();
    const row = {
      id,
      hash: hashOf(secret),
      user,
      role,
      createdAt: now.toISOString(),
      expiresAt,
      revokedAt: null,
    };
    await this.#database.write((manager) => manager.insert(ApiTokenEntity, row));
    return { token: toToken(row), secret };
  }

  /** The token of a secret, revoked and expired ones left out. */
  async find(secret: string, now = new Date()): Promise<ApiToken | undefined> {
    const row = await this.#database.read((manager) =>
      manager.findOneBy(ApiTokenEntity, { hash: hashOf(secret) }),
    );
    if (row === null || row.revokedAt !== null) return undefined;
    if (row.expiresAt !== null && row.expiresAt <= now.toISOString()) return undefined;
    return toToken(row);
  }

  async list(): Promise<ApiToken[]> {
    const rows = await this.#database.read((manager) =>
      manager.find(ApiTokenEntity, { order: { createdAt: 'ASC' } }),
    );
    return rows.map(toToken);
  }

  /** Whether any could be used now. */
  async anyUsable(now = new Date()): Promise<boolean> {
    const tokens = await this.list();
    const at = now.toISOString();
    return tokens.some(
      ({ revokedAt, expiresAt }) => revokedAt === null && (expiresAt === null || expiresAt > at),
    );
  }

  async revoke(id: string, now = new Date()): Promise<ApiToken> {
    const row = await this.#database.write(async (manager) => {
      const found = await manager.findOneBy(ApiTokenEntity, { id });
      if (found === null) throw new FarmError('NOT_FOUND', `there is no token ${id}`);
      found.revokedAt ??= now.toISOString();
      return manager.save(found);
    });
    return toToken(row);
  }
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function toToken({ id, user, role, createdAt, expiresAt, revokedAt }: ApiTokenEntity): ApiToken {
  return { id, user, role: role as Role, createdAt, expiresAt, revokedAt };
}
