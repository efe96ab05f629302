export type ConsoleDirection = 'received' | 'sent' | 'note';

export interface ConsoleEntry {
  /** Since the console was opened. */
  readonly atMs: number;
  readonly direction: ConsoleDirection;
  readonly text: string;
}

const arrows = { received: '<', sent: '>', note: '#' } as const;

/** One line: seconds since the opening, `<` received, `>` sent, `#` a note. */
export function formatEntry({ atMs, direction, text }: ConsoleEntry): string {
  return `${(atMs / 1000).toFixed(6).padStart(12)} ${arrows[direction]} ${escapeControls(text)}`;
}

/** Bytes that are not printable ASCII as `\xNN`, so that garbage cannot upset whoever reads it. */
export function escapeControls(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** Keeps the beginning and the end of what crossed a console; the sink sees all of it. */
export class ConsoleLog {
  readonly #head: string[] = [];
  readonly #tail: string[] = [];
  readonly #halfChars: number;
  readonly #sink: ((entry: ConsoleEntry) => void) | undefined;
  #headChars = 0;
  #tailChars = 0;
  #dropped = 0;

  constructor(maxChars: number, sink?: (entry: ConsoleEntry) => void) {
    this.#halfChars = maxChars / 2;
    this.#sink = sink;
  }

  add(entry: ConsoleEntry): void {
    this.#sink?.(entry);
    const line = formatEntry(entry);
    if (this.#tail.length === 0 && this.#headChars + line.length <= this.#halfChars) {
      this.#head.push(line);
      this.#headChars += line.length;
      return;
    }
    this.#tail.push(line);
    this.#tailChars += line.length;
    while (this.#tailChars > this.#halfChars) {
      this.#tailChars -= this.#tail.shift()!.length;
      this.#dropped++;
    }
  }

  /** Lines as `formatEntry` writes them. */
  text(): string {
    const gap = this.#dropped === 0 ? [] : [`… ${this.#dropped} lines dropped …`];
    return [...this.#head, ...gap, ...this.#tail].map((line) => `${line}\n`).join('');
  }
}
