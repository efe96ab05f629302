import { cortexM4Flags } from './machine-flags.ts';
import type { Target } from './target.ts';

/** PCA10056, nRF52840 product specification 1.7. */
export const nrf52840Dk: Target = {
  name: 'nrf52840-dk',
  description: 'nRF52840-DK: Cortex-M4 at 64 MHz, 1 MiB flash, 256 KiB SRAM',
  core: 'cortex-m4',
  dsp: true,
  machineFlags: cortexM4Flags,
  clockHz: 64_000_000,
  flash: { name: 'FLASH', originBytes: 0, sizeBytes: 1024 * 1024 },
  sram: { name: 'SRAM', originBytes: 0x2000_0000, sizeBytes: 256 * 1024 },
  boardFolder: 'nrf52840-dk',
  openocdBoard: 'board/nordic_nrf52_dk.cfg',
  renode: { platform: 'platform.repl', uart: 'sysbus.uart0', mips: 10, tickHz: 64_000_000 },
};
