import { SerialPort } from 'serialport';
import { stringify } from 'yaml';

import { createListPorts, type ListPortsSources, type SerialPortInfo } from '#devices';

/** Debug probes by USB vendor and, where the vendor makes other things too, product (as usb.ids lists them). */
const probes = [
  {
    ids: /^0483:(3744|374[8b-f]|375[2-4])$/,
    kind: 'ST-Link',
    interface: 'interface/stlink.cfg',
    targets: [
      'nucleo-h743zi',
      'stm32f746g-discovery',
      'stm32f412-discovery',
      'stm32f407-discovery',
      'stm32f405',
    ],
  },
  { ids: /^1366:/, kind: 'J-Link', interface: 'interface/jlink.cfg', targets: ['nrf52840-dk'] },
  {
    ids: /^(0d28:0204|03eb:21(11|40|41|57)|2e8a:000c|c251:f00[12])$/,
    kind: 'CMSIS-DAP',
    interface: 'interface/cmsis-dap.cfg',
    targets: ['stm32f405', 'nrf52840-dk'],
  },
] as const;

/** OpenOCD's own files of the chips, which leave the probe open. */
const chipFiles: Readonly<Record<string, string>> = {
  'nucleo-h743zi': 'target/stm32h7x.cfg',
  'stm32f746g-discovery': 'target/stm32f7x.cfg',
  'stm32f412-discovery': 'target/stm32f4x.cfg',
  'stm32f407-discovery': 'target/stm32f4x.cfg',
  stm32f405: 'target/stm32f4x.cfg',
  'nrf52840-dk': 'target/nrf52.cfg',
};

export interface BoardScan {
  /** A boards.yaml with the proposals; undefined where there are none. */
  readonly yaml: string | undefined;
  readonly remarks: readonly string[];
}

type Found = SerialPortInfo & { readonly usbId: string };

/** Proposes board list entries for the probes whose serial ports are plugged in. Errors PROGRAM_MISSING, PROGRAM_FAILED. */
export async function scanBoards(sources: ListPortsSources = {}): Promise<BoardScan> {
  const usbIds = new Map<string, string>();
  const list = sources.list ?? (() => SerialPort.list());
  const ports = await createListPorts({
    ...sources,
    list: async () => {
      const listed = await list();
      for (const { path, vendorId, productId } of listed) {
        usbIds.set(path, `${vendorId ?? ''}:${productId ?? ''}`.toLowerCase());
      }
      return listed;
    },
  })();
  return propose(ports.map((port) => ({ ...port, usbId: usbIds.get(port.path) ?? ':' })));
}

function propose(ports: readonly Found[]): BoardScan {
  const remarks: string[] = [];
  const devices = new Map<string, Found[]>();
  for (const port of ports) {
    if (probes.some(({ ids }) => ids.test(port.usbId))) {
      const device = port.usbPath ?? port.usbSerial ?? port.path;
      devices.set(device, [...(devices.get(device) ?? []), port]);
    }
  }
  if (devices.size === 0) {
    return { yaml: undefined, remarks: [`no debug probe among ${ports.length} serial ports`] };
  }
  const firsts = [...devices.values()].map((each) =>
    each.toSorted((a, b) => (a.usbInterface ?? 0) - (b.usbInterface ?? 0)),
  );
  const serials = firsts.map(([port]) => port!.usbSerial);
  const boards = firsts.map(([port, ...others], i) => {
    const probe = probes.find(({ ids }) => ids.test(port!.usbId))!;
    const name = `board-${i + 1}`;
    const [target, ...otherTargets] = probe.targets;
    const serial = port!.usbSerial;
    const isUnique = serial !== undefined && serials.filter((each) => each === serial).length === 1;
    remarks.push(`${name}: ${probe.kind} ${port!.usbId} at ${port!.path}`);
    if (otherTargets.length > 0) {
      remarks.push(
        `${name}: its probe does not tell the target; if not ${target}, ${otherTargets.join(', ')}`,
      );
    }
    if (others.length > 0) {
      remarks.push(`${name}: the console may also be ${others.map(({ path }) => path).join(', ')}`);
    }
    if (port!.byId === undefined) {
      remarks.push(`${name}: ${port!.path} has no name under /dev/serial/by-id, and its number may change`);
    }
    if (!isUnique && port!.usbPath === undefined) {
      remarks.push(`${name}: neither serial number nor USB path tells its probe from others`);
    }
    return {
      name,
      target,
      probe: {
        interface: probe.interface,
        ...(isUnique ? { serial } : port!.usbPath === undefined ? {} : { usbPath: port!.usbPath }),
      },
      openocdFile: chipFiles[target],
      tty: port!.byId === undefined ? port!.path : `/dev/serial/by-id/${port!.byId}`,
    };
  });
  return { yaml: stringify({ boards }), remarks };
}
