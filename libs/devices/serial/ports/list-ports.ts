import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { SerialPort } from 'serialport';
import { FarmError, messageOf } from '#core';
import type { SerialPortInfo } from './port-identity.ts';

export type ListPorts = () => Promise<SerialPortInfo[]>;

export interface ListPortsSources {
  readonly list?: typeof SerialPort.list;
  /** Where the kernel tells of terminals; default /sys/class/tty. */
  readonly sysClassTty?: string;
}

/** The serial ports of this host. Errors PROGRAM_MISSING (no udevadm), PROGRAM_FAILED. */
export function createListPorts(sources: ListPortsSources = {}): ListPorts {
  const { list = () => SerialPort.list(), sysClassTty = '/sys/class/tty' } = sources;
  return async () => {
    const ports = await list().catch((error: unknown) => {
      throw listFailure(messageOf(error));
    });
    return Promise.all(
      ports.map(async ({ path: tty, pnpId, serialNumber, manufacturer }) => ({
        path: tty,
        ...(pnpId ? { byId: pnpId } : {}),
        ...(serialNumber ? { usbSerial: serialNumber } : {}),
        ...(manufacturer ? { maker: manufacturer } : {}),
        ...(await usbPlace(sysClassTty, tty)),
      })),
    );
  };
}

function listFailure(said: string): FarmError {
  return /udevadm ENOENT/.test(said)
    ? new FarmError(
        'PROGRAM_MISSING',
        'udevadm was not found, expected it on the PATH to tell which serial port is which',
      )
    : new FarmError('PROGRAM_FAILED', `the serial ports could not be listed: ${said}`);
}

/** From where the kernel has the terminal's device, as `…/usb1/1-2/1-2.3/1-2.3:1.2`. */
async function usbPlace(
  sysClassTty: string,
  tty: string,
): Promise<{ usbPath?: string; usbInterface?: number }> {
  const device = await realpath(path.join(sysClassTty, path.basename(tty), 'device')).catch(() => '');
  const [, usbPath, usbInterface] = /\/(\d+-\d+(?:\.\d+)*):\d+\.(\d+)(?:\/|$)/.exec(device) ?? [];
  // A port that is soldered on has no such place.
  return usbPath === undefined ? {} : { usbPath, usbInterface: Number(usbInterface) };
}
