import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '#core';
import type { RunningDevice } from '../device.ts';
import { GuestLog } from './guest-log.ts';
import { describeEnd, lastLine, type RenodeProcess } from './renode-process.ts';
import { names } from './setup-script.ts';

export interface RunningRenodeOptions {
  readonly clock: Clock;
  /** Seconds of virtual time, sleep left out, after which a run is ended. */
  readonly maxVirtualS: number;
  /** Seconds of real time from `run()`. */
  readonly maxWallS: number;
  readonly mips: number;
  /** Whether there is a profile to be read at the end. */
  readonly profile: boolean;
  readonly opcodes: boolean;
}

const watchEveryMs = 200;
/** A question to a monitor whose emulation may be stuck. */
const askDeadlineMs = 3000;
/** Renode's log is written by a thread of its own. */
const logDelayMs = 50;

/** One boot of an image in Renode. */
export class RunningRenode implements RunningDevice {
  readonly ttyPath: string;
  readonly baudRate = 115_200;
  /** More than 1 to 2 KiB unanswered stall in the UART's queue of Renode. */
  readonly maxUnansweredBytes = 256;
  readonly gone: Promise<string>;
  readonly provenance: Readonly<Record<string, string>>;
  readonly #renode: RenodeProcess;
  readonly #options: RunningRenodeOptions;
  readonly #log: GuestLog;
  readonly #ended = new AbortController();
  #leave: (reason: string) => void = () => {};
  #stopping: Promise<void> | undefined;

  constructor(renode: RenodeProcess, options: RunningRenodeOptions) {
    this.#renode = renode;
    this.#options = options;
    this.ttyPath = path.join(renode.folder, names.tty);
    this.#log = new GuestLog(path.join(renode.folder, names.log));
    this.provenance = { renode: renode.version };
    this.gone = new Promise((resolve) => {
      this.#leave = resolve;
    });
    void this.#awaitEnd();
  }

  async #awaitEnd(): Promise<void> {
    const { program } = this.#renode;
    const { exitCode, endedBy, stopped } = await program.exited;
    this.#ended.abort();
    if (!stopped && this.#stopping === undefined) {
      const said = lastLine(program);
      this.#leave(`${describeEnd(exitCode, endedBy)}${said === '' ? '' : `: ${said}`}`);
    }
  }

  async run(): Promise<void> {
    await this.#renode.monitor.execute('start');
    void this.#watch();
  }

  async inspect(): Promise<string | undefined> {
    const { monitor } = this.#renode;
    try {
      const pc = registerIn(await monitor.execute('cpu PC', askDeadlineMs));
      const lr = registerIn(await monitor.execute('cpu LR', askDeadlineMs));
      return pc === undefined || lr === undefined ? undefined : `pc ${pc}, lr ${lr}`;
    } catch {
      // What is asked for is what is known; a monitor that does not answer knows nothing.
      return undefined;
    }
  }

  async complaint(): Promise<string | undefined> {
    await this.#options.clock.sleep(logDelayMs);
    return this.#log.complaint();
  }

  async executedInstructions(): Promise<number> {
    return hexadecimal(await this.#renode.monitor.execute('cpu ExecutedInstructions', askDeadlineMs));
  }

  async artifacts(): Promise<ReadonlyMap<string, Uint8Array>> {
    const { folder, monitor } = this.#renode;
    const files = new Map<string, Uint8Array>();
    const add = async (as: string, name: string): Promise<void> => {
      const content = await readFile(path.join(folder, name)).catch(() => undefined);
      if (content !== undefined) files.set(as, content);
    };
    await add('renode.log', names.log);
    await add('renode.resc', names.script);
    if (this.#options.profile) await add('profile.folded', names.profile);
    if (this.#options.opcodes) {
      files.set('opcodes.txt', Buffer.from(`${await monitor.execute('cpu GetAllOpcodesCounters')}\n`));
    }
    return files;
  }

  stop(): Promise<void> {
    this.#ended.abort();
    this.#stopping ??= this.#renode.stop();
    return this.#stopping;
  }

  /** Ends the run when it goes beyond its bounds, or when the log says that it has gone wrong. */
  async #watch(): Promise<void> {
    const { clock, maxWallS, maxVirtualS, mips } = this.#options;
    const startedMs = clock.monotonicMs();
    const { signal } = this.#ended;
    for (let round = 1; !signal.aborted; round++) {
      await clock.sleep(watchEveryMs, signal).catch(() => {});
      const complaint = await this.#log.complaint().catch(() => undefined);
      if (complaint !== undefined) {
        this.#leave(`Renode saw the firmware go wrong: ${complaint}`);
        return;
      }
      if (clock.monotonicMs() - startedMs > maxWallS * 1000) {
        this.#leave(`the run took longer than ${maxWallS} s`);
        return;
      }
      if (round % 25 === 0 && !signal.aborted) {
        const instructions = await this.executedInstructions().catch(() => 0);
        if (instructions / mips / 1e6 > maxVirtualS) {
          this.#leave(`the run took longer than ${maxVirtualS} s of virtual time`);
          return;
        }
      }
    }
  }
}

function hexadecimal(answer: string): number {
  return Number(/0x[0-9A-F]+/i.exec(answer)?.[0] ?? Number.NaN);
}

function registerIn(answer: string): string | undefined {
  const value = hexadecimal(answer);
  return Number.isNaN(value) ? undefined : `0x${value.toString(16).padStart(8, '0')}`;
}
