import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  simulatedBoards,
  startServer,
  type RunningServer,
  type ServerOptions,
} from '../../../apps/server/index.ts';
import { silentLogger } from '#core';
import { openStore, type Store } from '#store';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test looks into whatever came
  readonly body: any;
}

/** A server in this process on a free port, with simulated boards and a database of its own. */
export class TrialServer {
  readonly #running: RunningServer;
  readonly store: Store;
  readonly folder: string;

  private constructor(running: RunningServer, store: Store, folder: string) {
    this.#running = running;
    this.store = store;
    this.folder = folder;
  }

  static async start(
    options: Partial<ServerOptions> & { prepare?: (store: Store) => Promise<void> } = {},
  ): Promise<TrialServer> {
    const folder = await mkdtemp(join(tmpdir(), 'tinyfarm-server-'));
    const store = await openStore({
      databasePath: join(folder, 'farm.sqlite'),
      filesFolder: join(folder, 'files'),
    });
    await options.prepare?.(store);
    const defaults = { host: '127.0.0.1', port: 0, store, logger: silentLogger, ...simulatedBoards(2, 0) };
    const onFatal = (error: unknown): void => {
      throw error;
    };
    try {
      return new TrialServer(await startServer({ ...defaults, onFatal, ...options }), store, folder);
    } catch (error) {
      await store.close();
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  get url(): string {
    return this.#running.url;
  }

  get farm(): RunningServer['farm'] {
    return this.#running.farm;
  }

  async stop(): Promise<void> {
    await this.#running.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  async request(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { ...json, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  }

  /** Uploads what begins like a .tflite, and returns its hash. */
  async upload(content: string, headers: Record<string, string> = {}): Promise<string> {
    const response = await fetch(`${this.url}/api/v1/candidates?kind=tflite&name=${content}.tflite`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream', ...headers },
      body: `\u0000\u0000\u0000\u0000TFL3${content}`,
    });
    if (response.status !== 201) throw new Error(await response.text());
    return ((await response.json()) as { hash: string }).hash;
  }

  async submit(content: string, changes: Record<string, unknown> = {}): Promise<string> {
    const candidate = await this.upload(content);
    const { status, body } = await this.request('POST', '/api/v1/jobs', {
      candidate,
      target: 'simulated',
      ...changes,
    });
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body.id as string;
  }
}

/** Reads events from a stream until `enough`, then leaves. */
export async function readEvents(
  url: string,
  enough: (events: { id: string; event: string; data: unknown }[]) => boolean,
  headers: Record<string, string> = {},
): Promise<{ id: string; event: string; data: unknown }[]> {
  const leave = new AbortController();
  const response = await fetch(url, { headers, signal: leave.signal });
  const events: { id: string; event: string; data: unknown }[] = [];
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body!) {
    rest += decoder.decode(chunk as Uint8Array, { stream: true });
    const blocks = rest.split('\n\n');
    rest = blocks.pop()!;
    for (const block of blocks.filter((each) => each.startsWith('id:'))) {
      const field = (name: string): string =>
        block
          .split('\n')
          .find((line) => line.startsWith(`${name}: `))
          ?.slice(name.length + 2) ?? '';
      events.push({ id: field('id'), event: field('event'), data: JSON.parse(field('data')) });
    }
    if (enough(events)) break;
  }
  leave.abort();
  return events;
}
