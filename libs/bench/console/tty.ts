import { constants } from 'node:fs';
import { open, readlink, rename, rm, symlink, type FileHandle } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { FarmError, spawnLongRunning, type LongRunningProgram } from '#core';

const mostWaitingBytes = 4096;
const startDeadlineMs = 3000;

/**
 * A serial port as the kernel shows one: `path` is its stable name, as /dev/serial/by-id has them, and points to a
 * terminal whose number changes whenever the port goes and comes back.
 */
export class Tty {
  readonly path: string;
  readonly #onInput: (bytes: Buffer) => void;
  #program: LongRunningProgram | undefined;
  /** Held open, as a USB adapter stays there while nobody has its port open. */
  #held: FileHandle | undefined;
  #number = 0;

  constructor(path: string, onInput: (bytes: Buffer) => void) {
    this.path = path;
    this.#onInput = onInput;
  }

  get isThere(): boolean {
    return this.#program !== undefined;
  }

  /** The terminal that the stable name points to. */
  async device(): Promise<string> {
    return readlink(this.path);
  }

  async appear(): Promise<void> {
    await this.vanish();
    const link = `${this.path}.${++this.#number}`;
    const program = await spawnLongRunning('socat', [`PTY,link=${link},rawer,mode=660`, 'STDIO'], {
      pipe: true,
      graceMs: 200,
    });
    program.stdout!.on('data', (bytes: Buffer) => this.#onInput(bytes));
    const device = await deviceBehind(link, program);
    this.#held = await open(device, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
    await symlink(device, `${this.path}.new`);
    await rename(`${this.path}.new`, this.path);
    this.#program = program;
  }

  async vanish(): Promise<void> {
    const program = this.#program;
    this.#program = undefined;
    await rm(this.path, { force: true });
    await program?.stop();
    await this.#held?.close();
    this.#held = undefined;
  }

  /** Back under another number, as when a port is taken by something else in between. */
  async renumber(): Promise<void> {
    const before = this.isThere ? await this.device() : undefined;
    const taken =
      before === undefined ? undefined : await open(before, constants.O_RDWR | constants.O_NOCTTY);
    await this.vanish();
    await this.appear();
    await taken?.close();
  }

  /** To whoever has the port open. What nobody fetches is dropped, as a full receive buffer does. */
  output(bytes: Buffer): void {
    const stdin = this.#program?.stdin;
    if (stdin !== undefined && stdin.writableLength <= mostWaitingBytes) {
      stdin.write(bytes);
    }
  }
}

async function deviceBehind(link: string, program: LongRunningProgram): Promise<string> {
  const deadline = Date.now() + startDeadlineMs;
  for (;;) {
    const device = await readlink(link).catch(() => undefined);
    if (device !== undefined) {
      return device;
    }
    if (Date.now() > deadline) {
      await program.stop();
      throw new FarmError(
        'DEVICE_START_FAILED',
        `socat made no terminal at ${link}: ${program.output().trim()}`,
      );
    }
    await sleep(5);
  }
}
