import { createHash } from 'node:crypto';
import { extname } from 'node:path';

import { Tinypool } from 'tinypool';

import { FarmError } from '#core';
import type { CompileTask } from '#farm';
import type { MeasurementInput } from '#measurement';
import type { Store } from '#store';
import type { Target } from '#targets';
import type { Toolchain } from '#toolchain';

import type { Config } from '../../config.ts';
import type { FirmwareFolder } from '../uploads/firmware-folder.ts';
import type { Prepared } from './prepare-candidate.ts';

export interface LabCompilerOptions {
  readonly store: Store;
  readonly toolchain: Toolchain;
  readonly firmware: FirmwareFolder;
  readonly config: Config;
  /** Threads that read networks and generate code; only from compiled code. */
  readonly threads: number;
}

/** One candidate to be compiled, and what that takes. */
export interface CompileWork {
  readonly task: CompileTask;
  readonly target: Target;
  readonly source: Uint8Array;
  readonly input: MeasurementInput;
  readonly signal: AbortSignal;
  readonly options: LabCompilerOptions;
  readonly threads: Threads;
}

/** Threads for what would keep the server from answering: the functions that prepare-candidate.ts exports. */
export class Threads {
  readonly #pool: Tinypool;

  constructor(count: number) {
    const here = import.meta.url;
    this.#pool = new Tinypool({
      filename: new URL(`./prepare-candidate${extname(new URL(here).pathname)}`, here).href,
      minThreads: 0,
      maxThreads: count,
      idleTimeout: 60_000,
      execArgv: [],
    });
  }

  /** Errors: those of the function; INTERRUPTED. */
  async run<T>(name: string, task: object, signal: AbortSignal): Promise<T> {
    let answer: Prepared<T>;
    try {
      answer = (await this.#pool.run(task, { name, signal })) as Prepared<T>;
    } catch (error) {
      if (signal.aborted) throw new FarmError('INTERRUPTED', 'the build was interrupted', { cause: error });
      throw error;
    }
    if (!answer.ok) throw new FarmError(answer.code, answer.message);
    return answer.prepared;
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}

/** The bytes of an upload. Errors NOT_FOUND, STORE_FAILED. */
export async function readUploaded(store: Store, hash: string, what: string): Promise<Uint8Array> {
  const stored = await store.candidates.get(hash);
  if (stored === undefined) {
    throw new FarmError('NOT_FOUND', `there is no ${what} ${hash}, expected one that was uploaded`);
  }
  const bytes = await store.candidates.read(stored.integrity);
  if (createHash('sha256').update(bytes).digest('hex') !== hash) {
    throw new FarmError('STORE_FAILED', `the ${what} ${hash} has changed since it was uploaded`);
  }
  return bytes;
}

/** As a name of a file, whatever was given: without folders, ends and odd characters. */
export function stem(name: string): string {
  const last = name
    .split('/')
    .at(-1)!
    .replace(/\.(tflite|json|elf|tar|tar\.gz|tgz|zip)$/i, '');
  return last.replaceAll(/[^\w.+ -]/g, '_').replace(/^\.+/, '_') || 'candidate';
}
