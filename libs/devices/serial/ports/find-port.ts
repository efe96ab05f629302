import { FarmError } from '#core';
import { describeIdentity, type PortIdentity, type SerialPortInfo } from './port-identity.ts';

const keys = ['byId', 'usbSerial', 'usbPath', 'usbInterface'] as const;

/** The one port of that identity. Errors SERIAL_PORT_MISSING and SERIAL_PORT_AMBIGUOUS name what is there. */
export function findPort(identity: PortIdentity, ports: readonly SerialPortInfo[]): SerialPortInfo {
  const wanted = keys.filter((key) => identity[key] !== undefined);
  if (wanted.length === 0) {
    throw new FarmError(
      'USAGE_INVALID',
      'a serial port of no identity was looked for, expected a by-id name, USB serial or USB path',
    );
  }
  const found = ports.filter((port) => wanted.every((key) => port[key] === identity[key]));
  if (found.length === 1) {
    return found[0]!;
  }
  const context = { identity, ports };
  const what = describeIdentity(identity);
  if (found.length > 1) {
    throw new FarmError(
      'SERIAL_PORT_AMBIGUOUS',
      `${found.length} serial ports have ${what}, expected one: ${listed(found)}`,
      { context },
    );
  }
  const there = ports.length === 0 ? 'there are none' : `there are ${listed(ports)}`;
  throw new FarmError('SERIAL_PORT_MISSING', `no serial port has ${what}: ${there}`, { context });
}

function listed(ports: readonly SerialPortInfo[]): string {
  return ports
    .map((port) => {
      const known = [port.maker ?? '', describeIdentity(port)].filter((part) => part !== '').join(', ');
      return `${port.path} (${known === '' ? 'of no USB device' : known})`;
    })
    .join('; ');
}
