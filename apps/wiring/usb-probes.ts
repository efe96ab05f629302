import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface ProbeKind {
  readonly ids: RegExp;
  readonly kind: string;
  readonly interface: string;
  /** Which boards have it, the likeliest first. */
  readonly targets: readonly [string, ...string[]];
}

/** Debug probes by USB vendor and, where the vendor makes other things too, product (as usb.ids lists them). */
const probes: readonly ProbeKind[] = [
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
];

/** OpenOCD's own files of the chips, which leave the probe open. */
export const chipFiles: Readonly<Record<string, string>> = {
  'nucleo-h743zi': 'target/stm32h7x.cfg',
  'stm32f746g-discovery': 'target/stm32f7x.cfg',
  'stm32f412-discovery': 'target/stm32f4x.cfg',
  'stm32f407-discovery': 'target/stm32f4x.cfg',
  stm32f405: 'target/stm32f4x.cfg',
  'nrf52840-dk': 'target/nrf52.cfg',
};

/** By USB vendor and product, as `0483:374b`. */
export function probeOf(usbId: string): ProbeKind | undefined {
  return probes.find(({ ids }) => ids.test(usbId));
}

export interface UsbProbe {
  /** Bus and ports, as OpenOCD and the kernel name them: `1-2.3`. */
  readonly usbPath: string;
  readonly usbId: string;
  readonly usbSerial?: string;
}

/** The debug probes on the USB, whether they have a serial port or not. Empty where the kernel tells of no USB. */
export async function listUsbProbes(sysUsb = '/sys/bus/usb/devices'): Promise<UsbProbe[]> {
  const names = await readdir(sysUsb).catch(() => []);
  const found = await Promise.all(
    // The others are hubs' roots and interfaces.
    names.filter((name) => /^\d+-\d+(\.\d+)*$/.test(name)).map((name) => readDevice(sysUsb, name)),
  );
  return found.filter((device) => probeOf(device.usbId) !== undefined);
}

async function readDevice(sysUsb: string, usbPath: string): Promise<UsbProbe> {
  const read = async (name: string): Promise<string> =>
    (await readFile(join(sysUsb, usbPath, name), 'utf8').catch(() => '')).trim();
  const [vendor, product, usbSerial] = await Promise.all(['idVendor', 'idProduct', 'serial'].map(read));
  return { usbPath, usbId: `${vendor}:${product}`, ...(usbSerial ? { usbSerial } : {}) };
}
