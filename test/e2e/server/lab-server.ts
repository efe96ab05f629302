import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { vi } from 'vitest';

import type { Attempt, BoardView, Explanation, Job } from '#farm';

import { warmKernels } from '../../support/warm-kernels.ts';
import { ChildServer } from './child-server.ts';

export interface JobDetail {
  readonly job: Job;
  readonly attempts: readonly Attempt[];
  readonly why: Explanation | null;
}

/** The compiled server as a lab without boards starts it: QEMU machines behind it. */
export class LabServer {
  readonly home: string;
  readonly url: string;
  readonly #child: ChildServer;

  private constructor(home: string, url: string, child: ChildServer) {
    this.home = home;
    this.url = url;
    this.#child = child;
  }

  static async start(...words: string[]): Promise<LabServer> {
    const home = await mkdtemp(join(tmpdir(), 'tinyfarm-lab-'));
    await warmKernels(home, 'mps2-an386', 'stm32f405');
    const child = new ChildServer(home, words);
    const url = await child.url;
    if (url === undefined) throw new Error((await child.ended()).stderr);
    return new LabServer(home, url, child);
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    const { exitCode, stderr } = await this.#child.ended();
    if (exitCode !== 0 || stderr !== '') throw new Error(`the server ended with ${exitCode}: ${stderr}`);
    await rm(this.home, { recursive: true, force: true });
  }

  async post<T>(path: string, body: Uint8Array | object): Promise<T> {
    const isFile = body instanceof Uint8Array;
    const response = await fetch(`${this.url}/api/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': isFile ? 'application/octet-stream' : 'application/json' },
      body: isFile ? new Uint8Array(body) : JSON.stringify(body),
    });
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as T;
  }

  async get<T>(path: string): Promise<T> {
    return (await (await fetch(`${this.url}/api/v1/${path}`)).json()) as T;
  }

  async submit(file: Uint8Array, changes: object = {}): Promise<string> {
    const { hash } = await this.post<{ hash: string }>('candidates?kind=genotype&name=small', file);
    return (await this.post<Job>('jobs', { candidate: hash, target: 'mps2-an386', ...changes })).id;
  }

  async ended(id: string): Promise<JobDetail> {
    const isOver = async (): Promise<boolean> =>
      (await this.get<JobDetail>(`jobs/${id}`)).job.endedAt !== null;
    await vi.waitUntil(isOver, { timeout: 200_000, interval: 200 });
    return this.get<JobDetail>(`jobs/${id}`);
  }

  async board(id: string): Promise<BoardView> {
    return this.get<BoardView>(`boards/${id}`);
  }
}
