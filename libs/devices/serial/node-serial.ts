import { PassThrough } from 'node:stream';
import { SerialPort } from 'serialport';
import { FarmError, messageOf } from '#core';
import type { SerialOpener, SerialSettings, SerialTransport } from './serial-transport.ts';

/** Why a port could not be opened, from the texts of serialport 13. */
export type OpenFailure = 'missing' | 'busy' | 'denied' | 'not-a-port' | 'unknown';

const openFailures: readonly (readonly [RegExp, OpenFailure, string])[] = [
  [/no such file or directory|file not found/i, 'missing', 'there is no such port'],
  [/cannot lock port/i, 'busy', 'another program holds it'],
  [/permission denied|access denied/i, 'denied', 'this user may not open it'],
  [/inappropriate ioctl/i, 'not-a-port', 'it is not a serial port'],
];

/** What the message of a failed opening means. */
export function explainOpenFailure(path: string, message: string): FarmError {
  const [, failure, meaning] = openFailures.find(([pattern]) => pattern.test(message)) ?? [
    undefined,
    'unknown',
    message.replace(/^Error: /, ''),
  ];
  return new FarmError('SERIAL_OPEN_FAILED', `${path} could not be opened: ${meaning}`, {
    context: { path, failure, said: message },
  });
}

/** Opens a port of this host through serialport. */
export const openNodeSerial: SerialOpener = async (settings) => {
  const port = new SerialPort({ path: settings.path, baudRate: settings.baudRate, autoOpen: false });
  await new Promise<void>((resolve, reject) => {
    port.open((error) => {
      if (error) {
        reject(explainOpenFailure(settings.path, messageOf(error)));
      } else {
        resolve();
      }
    });
  });
  await setModemLines(port, settings);
  return transportOf(port);
};

async function setModemLines(port: SerialPort, { path, dtr, rts }: SerialSettings): Promise<void> {
  if (dtr === undefined && rts === undefined) {
    return;
  }
  const lines = { ...(dtr === undefined ? {} : { dtr }), ...(rts === undefined ? {} : { rts }) };
  const error = await new Promise<Error | null>((resolve) => {
    port.set(lines, resolve);
  });
  if (error && !/inappropriate ioctl/i.test(error.message)) {
    await closePort(port);
    throw explainOpenFailure(path, `DTR and RTS could not be set: ${error.message}`);
  }
}

function transportOf(port: SerialPort): SerialTransport {
  // serialport's own stream never ends; this one does, so that the last line is delivered.
  const readable = new PassThrough();
  port.on('data', (chunk: Buffer) => readable.write(chunk));
  const closed = new Promise<string>((resolve) => {
    port.on('close', (error: Error | null | undefined) => {
      readable.end();
      resolve(error ? `the port went away (${error.message})` : 'the port was closed');
    });
    port.on('error', (error) => resolve(`the port failed (${error.message})`));
  });
  return {
    readable,
    get isOpen() {
      return port.isOpen;
    },
    closed,
    write: (bytes) =>
      new Promise((resolve, reject) => {
        port.write(Buffer.from(bytes), (error) => {
          if (error) {
            reject(error);
          } else {
            resolve();
          }
        });
      }),
    close: () => closePort(port),
  };
}

async function closePort(port: SerialPort): Promise<void> {
  if (port.isOpen) {
    await new Promise<void>((resolve) => {
      // An error here means that it is closed already.
      port.close(() => resolve());
    });
  }
}
