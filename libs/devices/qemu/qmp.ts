import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { FarmError, withDeadline, type Clock } from '#core';

interface Reply {
  readonly QMP?: { readonly version: QmpVersion };
  readonly return?: unknown;
  readonly error?: { readonly class: string; readonly desc: string };
  readonly id?: number;
}

interface QmpVersion {
  readonly qemu: { readonly major: number; readonly minor: number; readonly micro: number };
  readonly package: string;
}

const replyDeadlineMs = 3000;

/** QEMU's control channel (QEMU Machine Protocol), one JSON document a line. */
export class Qmp {
  readonly #input: Writable;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #nextId = 1;
  /** Resolves with QEMU's version once it can be talked to; never settles where it ends before. */
  readonly greeting: Promise<string>;

  constructor(input: Writable, output: Readable, clock: Clock) {
    this.#input = input;
    this.#clock = clock;
    this.greeting = new Promise((resolve) => {
      createInterface({ input: output }).on('line', (line) => {
        const reply = parseReply(line);
        if (reply?.QMP !== undefined) {
          resolve(versionText(reply.QMP.version));
        } else if (reply?.id !== undefined) {
          this.#waiting.get(reply.id)?.(reply);
        }
      });
    });
  }

  /** Errors PROGRAM_TIMEOUT and PROGRAM_FAILED (QEMU refused). */
  async execute(command: string, args: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    const id = this.#nextId++;
    const answered = new Promise<Reply>((resolve) => {
      this.#waiting.set(id, resolve);
    });
    this.#input.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
    try {
      const reply = await withDeadline(
        answered,
        replyDeadlineMs,
        this.#clock,
        () => new FarmError('PROGRAM_TIMEOUT', `QEMU did not answer ${command} within ${replyDeadlineMs} ms`),
      );
      if (reply.error !== undefined) {
        throw new FarmError('PROGRAM_FAILED', `QEMU refused ${command}: ${reply.error.desc}`);
      }
      return reply.return;
    } finally {
      this.#waiting.delete(id);
    }
  }
}

function parseReply(line: string): Reply | undefined {
  try {
    return JSON.parse(line) as Reply;
  } catch {
    // Anything else that QEMU prints on stdout is no reply.
    return undefined;
  }
}

function versionText({ qemu, package: packaged }: QmpVersion): string {
  const number = `QEMU ${qemu.major}.${qemu.minor}.${qemu.micro}`;
  return packaged === '' ? number : `${number} (${packaged})`;
}
