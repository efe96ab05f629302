import { cortexM4Flags, cortexM7Flags } from './machine-flags.ts';
import type { MemoryRegion, Target } from './target.ts';

const code: MemoryRegion = { name: 'FLASH', originBytes: 0, sizeBytes: 4096 * 1024 };
const sram: MemoryRegion = { name: 'SRAM', originBytes: 0x2000_0000, sizeBytes: 4096 * 1024 };
const clockHz = 25_000_000;

export const mps2An386: Target = {
  name: 'mps2-an386',
  description: 'Arm MPS2 with FPGA image AN386: Cortex-M4 at 25 MHz',
  core: 'cortex-m4',
  dsp: true,
  machineFlags: cortexM4Flags,
  clockHz,
  flash: code,
  sram,
  boardFolder: 'mps2-an386',
  qemu: { machine: 'mps2-an386', serialIndex: 0, icountShift: 8, tickHz: clockHz },
  renode: { platform: 'platform.repl', uart: 'sysbus.uart0', mips: 5, tickHz: clockHz },
};

export const mps2An500: Target = {
  name: 'mps2-an500',
  description: 'Arm MPS2 with FPGA image AN500: Cortex-M7 at 25 MHz',
  core: 'cortex-m7',
  dsp: true,
  machineFlags: cortexM7Flags,
  clockHz,
  flash: code,
  sram,
  boardFolder: 'mps2-an500',
  qemu: { machine: 'mps2-an500', serialIndex: 0, icountShift: 8, tickHz: clockHz },
  renode: { platform: 'platform.repl', uart: 'sysbus.uart0', mips: 5, tickHz: clockHz },
};
