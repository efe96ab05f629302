import { realpath } from 'node:fs/promises';
import { FarmError } from '#core';
import { findPort } from './find-port.ts';
import { createListPorts, type ListPorts } from './list-ports.ts';
import type { PortIdentity } from './port-identity.ts';
import type { LocatePort } from './wait-for-port.ts';

/** Looks a port up by its identity, each time anew. */
export function locateByIdentity(
  identity: PortIdentity,
  listPorts: ListPorts = createListPorts(),
): LocatePort {
  return async () => findPort(identity, await listPorts()).path;
}

/**
 * Follows a stable path, such as those under /dev/serial, to the device of today. Error SERIAL_PORT_MISSING. Error now
 * USAGE_INVALID where the path is a number that the kernel gives out in the order of plugging in.
 */
export function locateByPath(stablePath: string): LocatePort {
  if (/^\/dev\/tty(ACM|USB)\d+$/.test(stablePath)) {
    throw new FarmError(
      'USAGE_INVALID',
      `${stablePath} may be another port tomorrow, expected a path under /dev/serial/by-id or /dev/serial/by-path`,
    );
  }
  return async () => {
    try {
      return await realpath(stablePath);
    } catch {
      throw new FarmError('SERIAL_PORT_MISSING', `there is no serial port ${stablePath}`);
    }
  };
}
