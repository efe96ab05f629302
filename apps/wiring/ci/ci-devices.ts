import { systemClock } from '#core';
import { createRenodePool, type Device } from '#devices';

import { anyEmulator, qemuDevice, renodeDevice } from '../emulators.ts';
import type { CiEntry } from './ci-file.ts';

export interface CiDevices {
  /** Error USAGE_INVALID where the emulator does not know the target. */
  readonly deviceFor: (entry: CiEntry) => Promise<Device>;
  /** Stops the Renodes that waited for work. */
  readonly close: () => Promise<void>;
}

/** The emulators of a run; a Renode that is needed has started while the one before was at work. */
export function createCiDevices(onChoice: (text: string) => void): CiDevices {
  const pool = createRenodePool({ clock: systemClock }, 1);
  const chosen = new Map<string, Promise<Device>>();
  const choose = async ({ target }: CiEntry): Promise<Device> => {
    const { device, why } = await anyEmulator(target, { pool });
    onChoice(`${target.name} on ${device.kind}: ${why}`);
    return device;
  };
  return {
    async deviceFor(entry) {
      const { target, on } = entry;
      if (on === 'qemu') return qemuDevice(target);
      if (on === 'renode') return renodeDevice(target, { pool });
      const device = chosen.get(target.name) ?? choose(entry);
      chosen.set(target.name, device);
      return device;
    },
    close: () => pool.close(),
  };
}
