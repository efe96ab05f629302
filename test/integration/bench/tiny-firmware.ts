import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runProgram } from '#core';

/** Answers every byte: `u` unique id, `t` microseconds by SysTick, `o` a word beyond SRAM, others as they came. */
function source(greeting: string, padBytes: number): string {
  return `
#include <stdint.h>
#define REG(a) (*(volatile uint32_t *)(a))
void reset(void);
void fault(void);
void tick(void);
static volatile uint32_t periods;
__attribute__((section(".vectors"), used)) static void *const vectors[16] = {
    (void *)0x20020000, (void *)reset, (void *)fault, (void *)fault, (void *)fault, (void *)fault, (void *)fault,
    0, 0, 0, 0, 0, 0, 0, 0, (void *)tick};
__attribute__((section(".rodata.pad"), used)) static const uint8_t pad[${padBytes} + 1] = {1};
static void put(char c) { while (!(REG(0x40004400) & 0x80)) {} REG(0x40004404) = c; }
static void say(const char *s) { while (*s) put(*s++); }
static void hex(uint32_t v) { for (int i = 28; i >= 0; i -= 4) put("0123456789abcdef"[(v >> i) & 15]); }
void tick(void) { periods++; }
static uint32_t microseconds(void)
{
    for (;;) {
        const uint32_t before = periods;
        const uint32_t left = REG(0xE000E018);
        if (before == periods) return before * 50000 + (8400000 - left) / 168;
    }
}
void fault(void) { say("fault "); hex(REG(0xE000ED28)); say("\\r\\n"); for (;;) {} }
void reset(void)
{
    periods = 0;
    REG(0x4000440C) = 0x200C;
    REG(0xE000ED24) |= 0x70000;
    REG(0xE000E014) = 8400000 - 1;
    REG(0xE000E018) = 0;
    REG(0xE000E010) = 7;
    say("${greeting}\\r\\n");
    for (;;)
    {
        if (!(REG(0x40004400) & 0x20)) continue;
        const char c = REG(0x40004404);
        if (c == 'u') { for (int i = 0; i < 3; i++) hex(__builtin_bswap32(REG(0x1FFF7A10 + 4 * i))); say("\\r\\n"); }
        else if (c == 't') { hex(microseconds()); say("\\r\\n"); }
        else if (c == 'o') { REG(0x20020100) = 1; say("wrote\\r\\n"); }
        else { put(c); }
    }
}
`;
}

const linkerScript = `
MEMORY { FLASH : ORIGIN = 0x08000000, LENGTH = 1024K  SRAM : ORIGIN = 0x20000000, LENGTH = 128K }
SECTIONS {
  .text : { KEEP(*(.vectors)) *(.text*) *(.rodata*) } > FLASH
  .bss (NOLOAD) : { *(.bss*) } > SRAM
  /DISCARD/ : { *(.ARM*) *(.comment) }
}
`;

export interface TinyFirmware {
  readonly elfPath: string;
  readonly binPath: string;
  readonly bytes: Buffer;
  remove(): Promise<void>;
}

/** A firmware for the STM32F405 that says its greeting on USART2 and then answers; \`padBytes\` make it larger. */
export async function tinyFirmware(greeting: string, padBytes = 0): Promise<TinyFirmware> {
  const dir = await mkdtemp(path.join(tmpdir(), 'tinyfarm-firmware-'));
  const at = (name: string): string => path.join(dir, name);
  await writeFile(at('main.c'), source(greeting, padBytes));
  await writeFile(at('linker.ld'), linkerScript);
  const flags = ['-mcpu=cortex-m4', '-mthumb', '-Os', '-Wall', '-Werror', '-ffreestanding', '-nostdlib'];
  const link = ['-T', at('linker.ld'), '-Wl,--build-id=none,-e,reset'];
  const options = { deadlineMs: 30_000 };
  await runProgram('arm-none-eabi-gcc', [...flags, ...link, at('main.c'), '-o', at('fw.elf')], options);
  await runProgram('arm-none-eabi-objcopy', ['-O', 'binary', at('fw.elf'), at('fw.bin')], options);
  return {
    elfPath: at('fw.elf'),
    binPath: at('fw.bin'),
    bytes: await readFile(at('fw.bin')),
    remove: () => rm(dir, { recursive: true }),
  };
}
