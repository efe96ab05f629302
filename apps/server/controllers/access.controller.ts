import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';

import { FarmError } from '#core';
import type { ApiToken, AuditEntry, Webhook } from '#store';

import { audit } from '../http/audit.ts';
import { Needs, Who } from '../http/access.guard.ts';
import type { Caller } from '../http/request-id.ts';
import { identifier } from '../http/identifier.ts';
import { Validated } from '../http/validated.pipe.ts';
import {
  listQuerySchema,
  tokenRequestSchema,
  webhookRequestSchema,
  type TokenBody,
  type WebhookBody,
} from '../schemas/access.ts';
import { STORE, type Store } from '../tokens.ts';
import { Webhooks } from '../events/webhooks.ts';

type ShownWebhook = Omit<Webhook, 'secret'>;

@Controller('api/v1')
export class AccessController {
  readonly #store: Store;
  readonly #webhooks: Webhooks;

  constructor(@Inject(STORE) store: Store, @Inject(Webhooks) webhooks: Webhooks) {
    this.#store = store;
    this.#webhooks = webhooks;
  }

  @Get('tokens')
  @Needs('admin')
  async tokens(): Promise<{ items: ApiToken[] }> {
    return { items: await this.#store.tokens.list() };
  }

  @Post('tokens')
  @Needs('admin')
  async createToken(
    @Body(new Validated(tokenRequestSchema)) { user, role, expiresAt }: TokenBody,
    @Who() caller: Caller,
  ): Promise<{ token: ApiToken; secret: string }> {
    const created = await this.#store.tokens.create(user, role, expiresAt ?? null);
    await audit(this.#store, caller, 'token.create', created.token.id, { user, role, expiresAt });
    return created;
  }

  @Delete('tokens/:id')
  @Needs('admin')
  @HttpCode(204)
  async revokeToken(@Param('id', identifier) id: string, @Who() caller: Caller): Promise<void> {
    await this.#store.tokens.revoke(id);
    await audit(this.#store, caller, 'token.revoke', id);
  }

  @Get('audit')
  @Needs('admin')
  async auditLog(
    @Query(new Validated(listQuerySchema, 'query')) { limit }: { limit: number },
  ): Promise<{ items: AuditEntry[] }> {
    return { items: await this.#store.audit.list(limit) };
  }

  @Get('webhooks')
  @Needs('submitter')
  async listWebhooks(@Who() caller: Caller): Promise<{ items: ShownWebhook[] }> {
    const all = await this.#store.webhooks.list();
    return { items: all.filter((hook) => mayUse(hook, caller)).map(shown) };
  }

  /** Calls go out from this server: only an operator may say where to. */
  @Post('webhooks')
  @Needs('operator')
  async createWebhook(
    @Body(new Validated(webhookRequestSchema)) { url, types }: WebhookBody,
    @Who() caller: Caller,
  ): Promise<{ webhook: ShownWebhook; secret: string }> {
    const created = await this.#webhooks.create(caller.user, url, types);
    await audit(this.#store, caller, 'webhook.create', created.id, { url, types });
    return { webhook: shown(created), secret: created.secret };
  }

  @Delete('webhooks/:id')
  @Needs('submitter')
  @HttpCode(204)
  async removeWebhook(@Param('id', identifier) id: string, @Who() caller: Caller): Promise<void> {
    const hook = (await this.#store.webhooks.list()).find((each) => each.id === id);
    if (hook === undefined) throw new FarmError('NOT_FOUND', `there is no webhook ${id}`);
    if (!mayUse(hook, caller)) {
      throw new FarmError(
        'FORBIDDEN',
        `webhook ${id} is ${hook.user}'s, expected its owner or an administrator`,
      );
    }
    await this.#store.webhooks.remove(id);
    await audit(this.#store, caller, 'webhook.remove', id);
  }
}

function mayUse(hook: Webhook, caller: Caller): boolean {
  return hook.user === caller.user || caller.role === 'admin';
}

function shown({ id, user, url, types, deliveredSeq, failures }: Webhook): ShownWebhook {
  return { id, user, url, types, deliveredSeq, failures };
}
