import { PassThrough } from 'node:stream';
import { FarmError } from '#core';
import type { SerialOpener, SerialSettings, SerialTransport } from './serial-transport.ts';

/** The far end of an in-memory serial line: what a firmware would be. */
export interface MemorySerial {
  readonly open: SerialOpener;
  /** With which settings the line was last opened. */
  readonly settings: SerialSettings | undefined;
  /** Sends bytes to the host. */
  send(data: string | Uint8Array): void;
  /** Calls the listener with whatever the host writes (as Latin-1). */
  onWrite(listener: (text: string) => void): void;
  /** From now on writes never come back, as on a port that has gone. */
  stall(): void;
  /** The line goes away, as a USB adapter that is pulled. */
  vanish(reason?: string): void;
}

/** A serial line without a port, for tests and simulated boards. */
export function createMemorySerial(): MemorySerial {
  let readable = new PassThrough();
  let settings: SerialSettings | undefined;
  let isOpen = false;
  let stalled = false;
  let end: (reason: string) => void = () => {};
  const listeners: ((text: string) => void)[] = [];

  const open: SerialOpener = async (wanted) => {
    if (isOpen) {
      throw new FarmError(
        'SERIAL_OPEN_FAILED',
        `${wanted.path} could not be opened: another program holds it`,
      );
    }
    settings = wanted;
    isOpen = true;
    readable = new PassThrough();
    const closed = new Promise<string>((resolve) => {
      end = (reason) => {
        isOpen = false;
        readable.end();
        resolve(reason);
      };
    });
    return {
      readable,
      get isOpen() {
        return isOpen;
      },
      closed,
      write: (bytes) => {
        if (stalled || !isOpen) {
          return new Promise(() => {});
        }
        const text = Buffer.from(bytes).toString('latin1');
        for (const listener of listeners) {
          listener(text);
        }
        return Promise.resolve();
      },
      close: () => Promise.resolve(end('the port was closed')),
    } satisfies SerialTransport;
  };

  return {
    open,
    get settings() {
      return settings;
    },
    send: (data) => {
      if (isOpen) {
        readable.write(typeof data === 'string' ? Buffer.from(data, 'latin1') : data);
      }
    },
    onWrite: (listener) => void listeners.push(listener),
    stall: () => void (stalled = true),
    vanish: (reason = 'the port went away (bad file descriptor)') => end(reason),
  };
}
