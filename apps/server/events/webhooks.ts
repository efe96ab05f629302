import { createHmac } from 'node:crypto';

import { messageOf, type Clock, type Logger } from '#core';
import type { Farm, FarmEvent } from '#farm';
import type { Store, Webhook } from '#store';

const timeoutMs = 10_000;
const page = 100;
const retryMs = 2000;
const retryMaxMs = 10 * 60_000;

/**
 * Tells others of events, in order and at least once: what has been delivered is on record, so that a restart goes on
 * where it was. A receiver that fails is tried again, less and less often.
 */
export class Webhooks {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #stop = new AbortController();
  readonly #busy = new Map<string, Promise<void>>();
  #lastSeq: number;

  constructor(store: Store, farm: Farm, clock: Clock, logger: Logger, lastSeq: number) {
    this.#store = store;
    this.#clock = clock;
    this.#logger = logger;
    this.#lastSeq = lastSeq;
    farm.onEvent((event) => {
      this.#lastSeq = event.seq;
      void this.deliverAll();
    });
  }

  /** From the next event on. */
  async create(user: string, url: string, types: readonly string[]): Promise<Webhook> {
    return this.#store.webhooks.create(user, url, types, this.#lastSeq);
  }

  async deliverAll(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    for (const { id } of await this.#store.webhooks.list()) {
      if (this.#busy.has(id)) continue;
      const delivering = this.#deliver(id).finally(() => this.#busy.delete(id));
      this.#busy.set(id, delivering);
    }
  }

  async stop(): Promise<void> {
    this.#stop.abort(new Error('the server stops'));
    await Promise.allSettled(this.#busy.values());
  }

  async #deliver(id: string): Promise<void> {
    while (!this.#stop.signal.aborted) {
      // Read again each time: it may have been removed.
      const hook = (await this.#store.webhooks.list()).find((each) => each.id === id);
      if (hook === undefined || hook.deliveredSeq >= this.#lastSeq) return;
      const events = await this.#store.farm.events({ afterSeq: hook.deliveredSeq, limit: page });
      const last = events.at(-1);
      if (last === undefined) return;
      const wanted = events.filter(({ type }) => hook.types.length === 0 || hook.types.includes(type));
      const failures = (await this.#post(hook, wanted)) ? 0 : hook.failures + 1;
      const deliveredSeq = failures === 0 ? last.seq : hook.deliveredSeq;
      await this.#store.webhooks.update(id, { deliveredSeq, failures });
      if (failures > 0) await this.#pause(Math.min(retryMs * 2 ** (failures - 1), retryMaxMs));
    }
  }

  async #post(hook: Webhook, events: readonly FarmEvent[]): Promise<boolean> {
    if (events.length === 0) return true;
    const body = JSON.stringify({ events });
    const signature = createHmac('sha256', hook.secret).update(body).digest('hex');
    try {
      const response = await fetch(hook.url, {
        method: 'POST',
        body,
        redirect: 'manual',
        headers: { 'Content-Type': 'application/json', 'X-Tinyfarm-Signature': `sha256=${signature}` },
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(timeoutMs)]),
      });
      await response.body?.cancel();
      if (response.ok) return true;
      this.#logger.warn('a webhook was not taken', { webhook: hook.id, status: response.status });
    } catch (error) {
      this.#logger.warn('a webhook could not be delivered', { webhook: hook.id, error: messageOf(error) });
    }
    return false;
  }

  async #pause(ms: number): Promise<void> {
    try {
      await this.#clock.sleep(ms, this.#stop.signal);
    } catch {
      // Stopped: the loop sees it.
    }
  }
}
