import { open, readFile, rm, type FileHandle } from 'node:fs/promises';
import { constants } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { LongRunningProgram, ProgramExit } from '#core';
import type { RunningDevice } from '../device.ts';
import { reasonInStderr, ttyName } from './qemu-arguments.ts';
import type { Qmp } from './qmp.ts';
import { describeRegisters } from './registers.ts';

/** The processes and the folder behind one emulated board. */
export interface QemuParts {
  readonly folder: string;
  readonly qemu: LongRunningProgram;
  readonly bridge: LongRunningProgram;
}

/** Ends whatever has been started; may be called more than once. */
export async function stopParts(parts: Partial<QemuParts> & { readonly folder: string }): Promise<void> {
  await Promise.all([parts.qemu?.stop(), parts.bridge?.stop()]);
  await rm(parts.folder, { recursive: true, force: true });
}

/** How a program of the chain ended, with its own words. */
export function describeExit(name: string, exit: ProgramExit, stderr: string): string {
  const how =
    exit.exitCode === undefined ? `signal ${exit.endedBy ?? 'unknown'}` : `exit code ${exit.exitCode}`;
  const reason = reasonInStderr(stderr);
  return `${name} ended with ${how}${reason === undefined ? '' : `: ${reason}`}`;
}

export class RunningQemu implements RunningDevice {
  readonly ttyPath: string;
  /** A pty has none; any will do. */
  readonly baudRate = 115_200;
  readonly gone: Promise<string>;
  readonly provenance: Readonly<Record<string, string>>;
  readonly #parts: QemuParts;
  readonly #qmp: Qmp;
  readonly #holder: FileHandle;
  readonly #logName: string | undefined;
  #running = false;
  #stopping: Promise<void> | undefined;

  private constructor(
    parts: QemuParts,
    qmp: Qmp,
    holder: FileHandle,
    version: string,
    logName: string | undefined,
  ) {
    this.#parts = parts;
    this.#qmp = qmp;
    this.#holder = holder;
    this.#logName = logName;
    this.ttyPath = path.join(parts.folder, ttyName);
    this.provenance = { qemu: version };
    this.gone = whyGone(parts);
  }

  static async attach(parts: QemuParts, qmp: Qmp, version: string, logName?: string): Promise<RunningQemu> {
    // socat ends when the last opener of its pty has closed it. Held open, it can be opened again as a USB port can.
    const tty = path.join(parts.folder, ttyName);
    const holder = await open(tty, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
    return new RunningQemu(parts, qmp, holder, version, logName);
  }

  async run(): Promise<void> {
    await this.#qmp.execute('cont');
    this.#running = true;
  }

  async inspect(): Promise<string | undefined> {
    if (this.#stopping !== undefined) {
      return undefined;
    }
    try {
      await this.#qmp.execute('stop');
      const text = await this.#qmp.execute('human-monitor-command', { 'command-line': 'info registers' });
      if (this.#running) {
        await this.#qmp.execute('cont');
      }
      return describeRegisters(String(text));
    } catch {
      // What is asked for is what is known; a QEMU that does not answer knows nothing.
      return undefined;
    }
  }

  async artifacts(): Promise<ReadonlyMap<string, Uint8Array>> {
    const files = new Map<string, Uint8Array>();
    if (this.#logName !== undefined) {
      files.set(this.#logName, await readFile(path.join(this.#parts.folder, this.#logName)));
    }
    return files;
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    await this.#holder.close();
    await stopParts(this.#parts);
  }
}

/** Resolves when a program of the chain ends unasked. */
async function whyGone({ qemu, bridge }: QemuParts): Promise<string> {
  await Promise.race([qemu.exited, bridge.exited]);
  // socat follows when QEMU ends, whose reason then counts.
  const exit = await Promise.race([qemu.exited, setTimeout(followMs, undefined, { ref: false })]);
  if (exit === undefined) {
    return unlessStopped('socat', await bridge.exited, bridge.output());
  }
  return unlessStopped('qemu-system-arm', exit, qemu.output());
}

const followMs = 300;

async function unlessStopped(name: string, exit: ProgramExit, stderr: string): Promise<string> {
  return exit.stopped ? new Promise(() => {}) : describeExit(name, exit, stderr);
}
