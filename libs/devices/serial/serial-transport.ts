import type { Readable } from 'node:stream';

/** How a serial line is opened. */
export interface SerialSettings {
  readonly path: string;
  readonly baudRate: number;
  /** Level of the DTR line after opening; left alone where absent. Ignored where there is no such line, as on a pty. */
  readonly dtr?: boolean;
  /** As `dtr`. */
  readonly rts?: boolean;
}

/** An open serial line, bytes in and out. A port of the host and an in-memory line are equals. */
export interface SerialTransport {
  /** The bytes that arrive; ends when the line goes away. */
  readonly readable: Readable;
  readonly isOpen: boolean;
  /** May never settle when the line is gone: to be used with a deadline. */
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves with the reason when the line has been closed or has gone away; never rejects. */
  readonly closed: Promise<string>;
  close(): Promise<void>;
}

/** Opens a line. Error SERIAL_OPEN_FAILED. */
export type SerialOpener = (settings: SerialSettings) => Promise<SerialTransport>;
