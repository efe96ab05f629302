import { ReadlineParser } from '@serialport/parser-readline';
import { FarmError, messageOf, withDeadline, type Clock } from '#core';
import { ConsoleLog, type ConsoleEntry } from './console-log.ts';
import { CutLines } from './cut-lines.ts';
import { openNodeSerial } from './node-serial.ts';
import type { SerialOpener, SerialSettings } from './serial-transport.ts';

/** One line as it arrived, without its end; one character a byte (Latin-1), so that garbage is kept as it was. */
export interface ConsoleLine {
  readonly text: string;
  /** Monotonic time of the clock. */
  readonly atMs: number;
}

export interface SerialConsole {
  readonly isOpen: boolean;
  /** Calls the listener with each line; the returned function ends that. */
  onLine(listener: (line: ConsoleLine) => void): () => void;
  /** The last of what has arrived since the last end of a line. */
  readonly unfinished: string;
  /** Errors SERIAL_CLOSED, SERIAL_TIMEOUT. */
  write(text: string): Promise<void>;
  /** Resolves with the reason when the line has been closed or has gone away; never rejects. */
  readonly closed: Promise<string>;
  readonly log: ConsoleLog;
  /** Adds a remark to the log. */
  note(text: string): void;
  close(): Promise<void>;
}

export interface ConsoleOptions extends SerialSettings {
  readonly clock: Clock;
  /** Default: a port of this host. */
  readonly open?: SerialOpener;
  readonly openDeadlineMs?: number;
  readonly writeDeadlineMs?: number;
  /** A longer line is cut. */
  readonly maxLineBytes?: number;
  /** How much of the log is kept in memory; all of it goes to `logSink`. */
  readonly maxLogChars?: number;
  readonly logSink?: (entry: ConsoleEntry) => void;
}

const maxUnfinishedChars = 256;

/** Opens a serial line as a console of text lines. Error SERIAL_OPEN_FAILED. */
export async function openConsole(options: ConsoleOptions): Promise<SerialConsole> {
  const { clock, path, open = openNodeSerial, openDeadlineMs = 3000, writeDeadlineMs = 2000 } = options;
  const opening = open(options);
  const transport = await withDeadline(opening, openDeadlineMs, clock, () => {
    void opening.then(
      (late) => late.close(),
      () => {},
    );
    return new FarmError('SERIAL_OPEN_FAILED', `${path} did not open within ${openDeadlineMs} ms`);
  });

  const openedMs = clock.monotonicMs();
  const log = new ConsoleLog(options.maxLogChars ?? 1024 * 1024, options.logSink);
  const record = (direction: ConsoleEntry['direction'], text: string): void =>
    log.add({ atMs: clock.monotonicMs() - openedMs, direction, text });

  let unfinished = '';
  transport.readable.on('data', (chunk: Buffer) => {
    const text = chunk.toString('latin1');
    const end = text.lastIndexOf('\n');
    unfinished = (end < 0 ? unfinished + text : text.slice(end + 1)).slice(-maxUnfinishedChars);
  });

  const listeners = new Set<(line: ConsoleLine) => void>();
  // Without the delimiter the parser would not tell of empty lines, of which a flood may consist.
  const parser = new ReadlineParser({ delimiter: '\n', encoding: 'latin1', includeDelimiter: true });
  transport.readable.pipe(new CutLines(options.maxLineBytes ?? 4096)).pipe(parser);
  parser.on('data', (raw: string) => {
    const text = raw.replace(/\r?\n?$/, '');
    record('received', text);
    const line: ConsoleLine = { text, atMs: clock.monotonicMs() };
    for (const listener of listeners) {
      listener(line);
    }
  });
  void transport.closed.then((reason) => record('note', reason));

  return {
    get isOpen() {
      return transport.isOpen;
    },
    get unfinished() {
      return unfinished;
    },
    closed: transport.closed,
    log,
    onLine: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    note: (text) => record('note', text),
    write: async (text) => {
      if (!transport.isOpen) {
        throw new FarmError('SERIAL_CLOSED', `${path} is closed, expected it open to write`);
      }
      record('sent', text);
      const writing = transport.write(Buffer.from(text, 'latin1')).catch((error: unknown) => {
        throw new FarmError('SERIAL_CLOSED', `${path} could not be written: ${messageOf(error)}`, {
          cause: error,
        });
      });
      await withDeadline(
        writing,
        writeDeadlineMs,
        clock,
        () => new FarmError('SERIAL_TIMEOUT', `${path} took nothing within ${writeDeadlineMs} ms`),
      );
    },
    close: () => transport.close(),
  };
}
