import { cortexM4Flags } from './machine-flags.ts';
import type { Target } from './target.ts';

/** DS8626. QEMU's machine has one block of 192 KiB SRAM where silicon has 128 KiB and 64 KiB of core-coupled memory apart. */
export const stm32f405: Target = {
  name: 'stm32f405',
  description: 'STM32F405 with an 8 MHz crystal: Cortex-M4 at 168 MHz, 1 MiB flash, 128 KiB SRAM',
  core: 'cortex-m4',
  dsp: true,
  machineFlags: cortexM4Flags,
  clockHz: 168_000_000,
  flash: { name: 'FLASH', originBytes: 0x0800_0000, sizeBytes: 1024 * 1024 },
  sram: { name: 'SRAM', originBytes: 0x2000_0000, sizeBytes: 128 * 1024 },
  boardFolder: 'stm32f405',
  uidAddressBytes: 0x1fff_7a10,
  qemu: { machine: 'netduinoplus2', serialIndex: 1, icountShift: 6, tickHz: 168_000_000 },
  renode: { platform: 'platform.repl', uart: 'sysbus.usart2', mips: 25, tickHz: 168_000_000 },
};

/** UM1472, DS8626. */
export const stm32f407Discovery: Target = {
  ...stm32f405,
  name: 'stm32f407-discovery',
  description: 'STM32F4DISCOVERY: Cortex-M4 at 168 MHz, 1 MiB flash, 128 KiB SRAM',
  boardFolder: 'stm32f407-discovery',
  openocdBoard: 'board/stm32f4discovery.cfg',
};

/** UM2032, DS11139. */
export const stm32f412Discovery: Target = {
  name: 'stm32f412-discovery',
  description: '32F412GDISCOVERY: Cortex-M4 at 100 MHz, 1 MiB flash, 256 KiB SRAM',
  core: 'cortex-m4',
  dsp: true,
  machineFlags: cortexM4Flags,
  clockHz: 100_000_000,
  flash: { name: 'FLASH', originBytes: 0x0800_0000, sizeBytes: 1024 * 1024 },
  sram: { name: 'SRAM', originBytes: 0x2000_0000, sizeBytes: 256 * 1024 },
  boardFolder: 'stm32f412-discovery',
  openocdBoard: 'board/stm32f412g-disco.cfg',
  renode: { platform: 'platform.repl', uart: 'sysbus.usart2', mips: 20, tickHz: 100_000_000 },
};
