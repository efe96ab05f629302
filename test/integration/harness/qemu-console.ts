import { readFile } from 'node:fs/promises';
import { spawnLongRunning, type LongRunningProgram } from '#core';
import type { Target } from '#targets';
import { createToolchain, type Image, type Toolchain } from '#toolchain';
import { oneAtATime, testCache } from '../../support/test-cache.ts';

/** One line of tinyfarm's own answers, its sum checked. */
export interface Frame {
  readonly nonce: string;
  readonly seq: number;
  readonly topic: string;
  readonly fields: Readonly<Record<string, string>>;
}

const answerDeadlineMs = 20_000;

/** CRC-16/CCITT-FALSE bit by bit, apart from the program's own. */
function crc16(text: string): string {
  let crc = 0xffff;
  for (const byte of Buffer.from(text, 'latin1')) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) {
      crc = (crc & 0x8000) !== 0 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
    }
  }
  return crc.toString(16).toUpperCase().padStart(4, '0');
}

export function parseFrame(line: string): Frame {
  const found =
    /^\$(?<body>(?<nonce>[0-9a-fA-F]{8}),(?<seq>\d+),(?<topic>[a-z]+)(?<rest>(?:,[^,=*$]+=[^,=*$]*)*))\*(?<crc>[0-9A-F]{4})$/.exec(
      line,
    );
  const groups = found?.groups;
  if (groups === undefined) {
    throw new Error(`no frame: ${line}`);
  }
  if (crc16(groups['body']!) !== groups['crc']) {
    throw new Error(`wrong sum, expected ${crc16(groups['body']!)}: ${line}`);
  }
  const pairs = groups['rest']!.split(',')
    .slice(1)
    .map((pair) => pair.split('='));
  return {
    nonce: groups['nonce']!,
    seq: Number(groups['seq']),
    topic: groups['topic']!,
    fields: Object.fromEntries(pairs) as Record<string, string>,
  };
}

/** The firmware in QEMU with its console on QEMU's stdin and stdout. */
export class QemuConsole {
  readonly #program: LongRunningProgram;
  #text = '';
  #wake: (() => void) | undefined;

  private constructor(program: LongRunningProgram) {
    this.#program = program;
    program.stdout!.on('data', (chunk: Buffer) => {
      this.#text += chunk.toString('latin1');
      this.#wake?.();
    });
  }

  /** Starts it and returns what it says at boot. */
  static async boot(image: Image): Promise<{ readonly console: QemuConsole; readonly lines: string[] }> {
    const { machine, serialIndex, icountShift } = image.target.qemu!;
    const program = await spawnLongRunning(
      'qemu-system-arm',
      [
        '-machine',
        machine,
        '-kernel',
        image.elfPath,
        '-nographic',
        '-monitor',
        'none',
        ...Array.from({ length: serialIndex }, () => ['-serial', 'null']).flat(),
        '-serial',
        'stdio',
        '-icount',
        `shift=${icountShift},sleep=off`,
      ],
      { pipe: true },
    );
    const console = new QemuConsole(program);
    return { console, lines: await console.#until('m-ready') };
  }

  /** Sends a command and returns the lines before its `m-ready`. */
  async command(text: string): Promise<string[]> {
    this.send(`${text}%`);
    return this.#until('m-ready');
  }

  /** The same for commands whose answers are all frames. */
  async frames(text: string): Promise<Frame[]> {
    const lines = await this.command(text);
    return lines.map((line) => parseFrame(line));
  }

  send(text: string): void {
    this.#program.stdin!.write(text);
  }

  /** Waits for a line with this start, and returns it. */
  async line(start: string, deadlineMs = answerDeadlineMs): Promise<string> {
    const lines = await this.#until(start, deadlineMs);
    return lines.at(-1)!;
  }

  /** Processor time that QEMU has taken, in hundredths of a second (proc(5), fields 14 and 15). */
  async hostTime(): Promise<number> {
    const text = await readFile(`/proc/${this.#program.pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return Number(fields[11]) + Number(fields[12]);
  }

  async stop(): Promise<void> {
    await this.#program.stop();
  }

  async #until(start: string, deadlineMs = answerDeadlineMs): Promise<string[]> {
    const deadline = Date.now() + deadlineMs;
    for (;;) {
      const lines = this.#text.split('\r\n');
      const end = lines.findIndex((line, i) => line.startsWith(start) && i < lines.length - 1);
      if (end >= 0) {
        this.#text = lines.slice(end + 1).join('\r\n');
        return lines.slice(0, start === 'm-ready' ? end : end + 1);
      }
      const left = deadline - Date.now();
      if (left <= 0) {
        throw new Error(`no ${start} within ${deadlineMs} ms, got ${JSON.stringify(this.#text)}`);
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}

/** A toolchain whose cache outlives the tests: what it holds is found by content only. */
export async function sharedToolchain(targets: readonly Target[]): Promise<Toolchain> {
  const toolchain = createToolchain({ cacheDir: testCache });
  await oneAtATime('archives', async () => {
    for (const target of targets) await toolchain.prepare(target);
  });
  return toolchain;
}

export function decimal(frame: Frame, key: string): number {
  return Number(frame.fields[key]);
}
