import { open } from 'node:fs/promises';

/** Something that the firmware did and cannot report itself, since the emulated bus answers as if nothing were wrong. */
const complaints: readonly { readonly pattern: RegExp; readonly say: (found: RegExpExecArray) => string }[] =
  [
    {
      // `[cpu: 0x8001234] ReadDoubleWord from non existing peripheral at 0x90000010.`
      pattern: /(Read|Write)\w* (?:from|to) non existing peripheral at (0x[0-9A-F]+)/i,
      say: (found) =>
        `${found[1] === 'Read' ? 'a read from' : 'a write to'} ${address(found[2]!)}, where there is nothing`,
    },
    {
      // `cpu: CPU abort [PC=0x20000100]: Trying to execute code outside RAM or ROM at 0x90000000.`
      pattern: /CPU abort \[PC=(0x[0-9A-F]+)\]: (.*)/i,
      say: (found) => `the core was stopped: ${found[2]!.replace(/\.$/, '')}`,
    },
  ];

const programCounter = /\[cpu: (0x[0-9A-F]+)\]|\[PC=(0x[0-9A-F]+)\]/i;

/** The first complaint of Renode's log, with the place as `pc 0x…`; undefined where there is none. */
export function complaintIn(log: string): string | undefined {
  for (const line of log.split('\n')) {
    for (const { pattern, say } of complaints) {
      const found = pattern.exec(line);
      if (found === null) {
        continue;
      }
      const place = programCounter.exec(line);
      const pc = place?.[1] ?? place?.[2];
      return pc === undefined ? say(found) : `${say(found)}, at pc ${address(pc)}`;
    }
  }
  return undefined;
}

const pieceBytes = 1024 * 1024;

/** Renode's log of one run, of which each byte is read once, however much the firmware makes it grow. */
export class GuestLog {
  readonly #path: string;
  readonly #maxBytes: number;
  #readBytes = 0;
  /** A line that is not whole yet. */
  #rest = '';
  #complaint: string | undefined;
  #reading: Promise<unknown> = Promise.resolve();

  constructor(path: string, maxBytes = 64 * 1024 * 1024) {
    this.#path = path;
    this.#maxBytes = maxBytes;
  }

  /** The first complaint so far; a log that is not there yet has none. */
  complaint(): Promise<string | undefined> {
    const reading = this.#reading.then(() => this.#read()).then(() => this.#complaint);
    this.#reading = reading.catch(() => {});
    return reading;
  }

  async #read(): Promise<void> {
    const file = await open(this.#path).catch(() => undefined);
    if (file === undefined) return;
    try {
      const piece = Buffer.alloc(pieceBytes);
      while (this.#complaint === undefined) {
        const { bytesRead } = await file.read(piece, 0, pieceBytes, this.#readBytes);
        if (bytesRead === 0) return;
        this.#readBytes += bytesRead;
        this.#take(piece.toString('latin1', 0, bytesRead));
      }
    } finally {
      await file.close();
    }
  }

  #take(text: string): void {
    const lines = this.#rest + text;
    const end = lines.lastIndexOf('\n') + 1;
    this.#rest = lines.slice(end).slice(-pieceBytes);
    this.#complaint = complaintIn(lines.slice(0, end));
    if (this.#complaint === undefined && this.#readBytes > this.#maxBytes) {
      const last = lines.slice(0, end).trimEnd().split('\n').at(-1) ?? '';
      this.#complaint = `more than ${this.#maxBytes} bytes of warnings, such as '${last.slice(0, 200)}'`;
    }
  }
}

function address(hex: string): string {
  return `0x${Number(hex).toString(16).padStart(8, '0')}`;
}
