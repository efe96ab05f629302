import { cortexM7Flags, cortexM7SingleFlags } from './machine-flags.ts';
import type { Target } from './target.ts';

/** UM1907, DS10916. */
export const stm32f746gDiscovery: Target = {
  name: 'stm32f746g-discovery',
  description: '32F746GDISCOVERY: Cortex-M7 at 216 MHz with caches, 1 MiB flash, 320 KiB SRAM',
  core: 'cortex-m7',
  dsp: true,
  machineFlags: cortexM7SingleFlags,
  clockHz: 216_000_000,
  flash: { name: 'FLASH', originBytes: 0x0800_0000, sizeBytes: 1024 * 1024 },
  sram: { name: 'SRAM', originBytes: 0x2000_0000, sizeBytes: 320 * 1024 },
  boardFolder: 'stm32f746g-discovery',
  openocdBoard: 'board/stm32f746g-disco.cfg',
  renode: { platform: 'platform.repl', uart: 'sysbus.usart1', mips: 40, tickHz: 216_000_000 },
};

/** UM2407, DS12110; revision V of the chip, for 480 MHz. */
export const nucleoH743zi: Target = {
  name: 'nucleo-h743zi',
  description: 'NUCLEO-H743ZI2: Cortex-M7 at 480 MHz with caches, 2 MiB flash, 512 KiB AXI SRAM',
  core: 'cortex-m7',
  dsp: true,
  machineFlags: cortexM7Flags,
  clockHz: 480_000_000,
  flash: { name: 'FLASH', originBytes: 0x0800_0000, sizeBytes: 2048 * 1024 },
  sram: { name: 'SRAM', originBytes: 0x2400_0000, sizeBytes: 512 * 1024 },
  boardFolder: 'nucleo-h743zi',
  openocdBoard: 'board/st_nucleo_h743zi.cfg',
  renode: { platform: 'platform.repl', uart: 'sysbus.usart3', mips: 100, tickHz: 480_000_000 },
};
