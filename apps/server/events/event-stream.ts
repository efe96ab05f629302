import { once } from 'node:events';

import type { Response } from 'express';

const keepAliveMs = 15_000;
const maxBufferedBytes = 1024 * 1024;

/** One client of Server-Sent Events. A client that does not read is dropped; it comes back with its last id. */
export class EventStream {
  readonly #response: Response;
  readonly #keepAlive: NodeJS.Timeout;

  constructor(response: Response) {
    this.#response = response;
    response.status(200).setHeader('Content-Type', 'text/event-stream; charset=utf-8');
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('X-Accel-Buffering', 'no');
    response.flushHeaders();
    response.write(': connected\n\n');
    this.#keepAlive = setInterval(() => response.write(': still here\n\n'), keepAliveMs);
    openStreams.add(this);
    this.onClose(() => {
      clearInterval(this.#keepAlive);
      openStreams.delete(this);
    });
  }

  get closed(): boolean {
    return this.#response.destroyed || this.#response.writableEnded;
  }

  send(id: string, type: string, data: unknown): void {
    if (this.closed) return;
    this.#response.write(`id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
    if (this.#response.writableLength > maxBufferedBytes) this.#response.destroy();
  }

  /** Resolves once the client has taken what was sent, or is gone. */
  async drained(): Promise<void> {
    if (this.closed || !this.#response.writableNeedDrain) return;
    await Promise.race([once(this.#response, 'drain'), once(this.#response, 'close')]);
  }

  onClose(action: () => void): void {
    this.#response.on('close', action);
  }

  end(): void {
    this.#response.end();
  }
}

/** The number of a header Last-Event-ID; undefined where it is none of ours. */
export function lastEventNumber(id: string | undefined): number | undefined {
  return id !== undefined && /^\d{1,15}$/.test(id) ? Number(id) : undefined;
}

const openStreams = new Set<EventStream>();

/** A server that stops does not wait for those who watch it. */
export function endStreams(): void {
  for (const stream of openStreams) stream.end();
}
