import { SerialPort } from 'serialport';
import { stringify } from 'yaml';

import { createListPorts, type ListPortsSources, type SerialPortInfo } from '#devices';

import { chipFiles, listUsbProbes, probeOf, type UsbProbe } from './usb-probes.ts';

export interface BoardScan {
  /** A boards.yaml with the proposals; undefined where there are none. */
  readonly yaml: string | undefined;
  readonly remarks: readonly string[];
}

interface FoundPort extends SerialPortInfo {
  readonly usbId: string;
}

/** A probe with the serial ports that it has itself. */
interface FoundProbe {
  readonly usbId: string;
  readonly usbPath: string | undefined;
  readonly usbSerial: string | undefined;
  readonly ports: FoundPort[];
}

export interface ScanSources extends ListPortsSources {
  /** Where the kernel tells of USB devices; default /sys/bus/usb/devices. */
  readonly sysUsb?: string;
}

/** Proposes board list entries for the debug probes that are plugged in. Errors PROGRAM_MISSING, PROGRAM_FAILED. */
export async function scanBoards(sources: ScanSources = {}): Promise<BoardScan> {
  const usbIds = new Map<string, string>();
  const list = sources.list ?? (() => SerialPort.list());
  const listed = await createListPorts({
    ...sources,
    list: async () => {
      const all = await list();
      for (const { path, vendorId, productId } of all) {
        usbIds.set(path, `${vendorId ?? ''}:${productId ?? ''}`.toLowerCase());
      }
      return all;
    },
  })();
  const ports = listed.map((port) => ({ ...port, usbId: usbIds.get(port.path) ?? ':' }));
  const probes = joinPorts(await listUsbProbes(sources.sysUsb), ports);
  if (probes.length === 0) {
    return {
      yaml: undefined,
      remarks: [`no debug probe on the USB, nor among ${ports.length} serial ports`],
    };
  }
  const others = ports.filter(({ usbId }) => probeOf(usbId) === undefined);
  const remarks: string[] = [];
  const boards = probes.map((probe, i) => propose(`board-${i + 1}`, probe, { probes, others, remarks }));
  return { yaml: stringify({ boards }), remarks };
}

/** Ports belong to the probe at their place on the USB; where that is not known, to one of their serial number. */
function joinPorts(usbProbes: readonly UsbProbe[], ports: readonly FoundPort[]): FoundProbe[] {
  const found = new Map<string, FoundProbe>();
  for (const { usbId, usbPath, usbSerial } of usbProbes) {
    found.set(usbPath, { usbId, usbPath, usbSerial, ports: [] });
  }
  for (const port of ports) {
    if (probeOf(port.usbId) !== undefined) {
      const { usbId, usbPath, usbSerial, path } = port;
      const key = usbPath ?? usbSerial ?? path;
      const probe = found.get(key) ?? { usbId, usbPath, usbSerial, ports: [] };
      probe.ports.push(port);
      found.set(key, probe);
    }
  }
  return [...found.values()];
}

interface Surroundings {
  readonly probes: readonly FoundProbe[];
  /** Serial ports of no probe: a board's console may be wired to one. */
  readonly others: readonly FoundPort[];
  readonly remarks: string[];
}

function propose(name: string, probe: FoundProbe, { probes, others, remarks }: Surroundings): object {
  const kind = probeOf(probe.usbId)!;
  const { usbPath, usbSerial } = probe;
  const [target, ...otherTargets] = kind.targets;
  const [port, ...morePorts] = probe.ports.toSorted((a, b) => (a.usbInterface ?? 0) - (b.usbInterface ?? 0));
  const isUnique =
    usbSerial !== undefined && probes.filter((each) => each.usbSerial === usbSerial).length === 1;
  remarks.push(`${name}: ${kind.kind} ${probe.usbId} at ${port?.path ?? usbPath}`);
  if (otherTargets.length > 0) {
    remarks.push(`${name}: its probe does not tell the target; if not ${target}, ${otherTargets.join(', ')}`);
  }
  if (port === undefined) {
    const there = others.length === 0 ? 'none is plugged in' : `there are ${others.map(ttyOf).join(', ')}`;
    remarks.push(
      `${name}: its probe has no serial port; name the one that its console is wired to: ${there}`,
    );
  } else if (port.byId === undefined) {
    remarks.push(`${name}: ${port.path} has no name under /dev/serial/by-id, and its number may change`);
  }
  if (morePorts.length > 0) {
    remarks.push(`${name}: the console may also be ${morePorts.map(({ path }) => path).join(', ')}`);
  }
  if (!isUnique && usbPath === undefined) {
    remarks.push(`${name}: neither serial number nor USB path tells its probe from others`);
  }
  return {
    name,
    target,
    probe: {
      interface: kind.interface,
      ...(isUnique ? { serial: usbSerial } : usbPath === undefined ? {} : { usbPath }),
    },
    openocdFile: chipFiles[target],
    tty: ttyOf(port ?? others[0] ?? { path: `/dev/serial/by-id/console-of-${name}` }),
  };
}

function ttyOf({ byId, path }: Pick<FoundPort, 'byId' | 'path'>): string {
  return byId === undefined ? path : `/dev/serial/by-id/${byId}`;
}
