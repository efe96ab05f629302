import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { runProgram } from '#core';

import { projectFolder } from '../../support/cli.ts';

const source = join(projectFolder, 'firmware/tools/instruction-classes');
const deadlineMs = 30_000;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tinyfarm-classes-'));
  const warnings = [
    '-std=c11',
    '-O2',
    '-Wall',
    '-Wextra',
    '-Werror',
    '-fPIC',
    '-shared',
    '-fvisibility=hidden',
  ];
  const files = ['instruction_classes.c', 'thumb_class.c'].map((name) => join(source, name));
  await runProgram('gcc', [...warnings, '-o', join(folder, 'classes.so'), ...files], { deadlineMs });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Counts between two labels around `body`, run on a Cortex-M4. */
async function count(body: string): Promise<Record<string, number>> {
  const program = `
    .syntax unified
    .thumb
    .section .vectors, "a"
    .word 0x20010000, start + 1
    .text
    .thumb_func
    start:
      @ CPACR: the floating-point unit is off after reset.
      ldr r0, =0xE000ED88
      mov r1, #0x00F00000
      str r1, [r0]
      dsb
      isb
      ldr r7, =0x20000100
      mov r6, #0
    .global mark_begin
    mark_begin: nop
      ${body}
    .global mark_end
    mark_end: nop
      mov r0, #0x18
      ldr r1, =0x20026
      bkpt 0xab
    stay: b stay
    .pool
  `;
  await writeFile(join(folder, 'program.s'), program);
  await writeFile(join(folder, 'program.ld'), 'SECTIONS { . = 0; .text : { KEEP(*(.vectors)) *(.text*) } }');
  const elf = join(folder, 'program.elf');
  const flags = ['-mcpu=cortex-m4', '-mthumb', '-mfpu=fpv4-sp-d16', '-mfloat-abi=hard', '-nostdlib'];
  await runProgram('arm-none-eabi-gcc', [...flags, '-T', 'program.ld', 'program.s', '-o', elf], {
    deadlineMs,
    cwd: folder,
  });
  const { stdout } = await runProgram('arm-none-eabi-nm', [elf], { deadlineMs });
  const addressOf = (label: string): string => new RegExp(`^(\\w+) . ${label}$`, 'm').exec(stdout)![1]!;
  const out = join(folder, 'counts.txt');
  const marks = ['mark_begin', 'mark_end'].map((label) => `mark=0x${addressOf(label)}`).join(',');
  const semihosting = ['-semihosting-config', 'enable=on,target=native'];
  const plugin = ['-plugin', `file=${join(folder, 'classes.so')},out=${out},${marks}`];
  const machine = [
    '-machine',
    'mps2-an386',
    '-display',
    'none',
    '-icount',
    'shift=7,sleep=off',
    '-kernel',
    elf,
  ];
  await runProgram('qemu-system-arm', [...machine, ...semihosting, ...plugin], { deadlineMs });
  const [begin, end] = (await readFile(out, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => line.split(' ').slice(1).map(Number));
  const names = [
    'all',
    'loads',
    'loadWords',
    'stores',
    'storeWords',
    'multiplies',
    'divides',
    'branches',
    'taken',
  ];
  return Object.fromEntries(names.map((name, i) => [name, end![i]! - begin![i]!]));
}

test('a loop’s instructions are counted by class, exactly', async () => {
  const found = await count(`
    mov r0, #100
    loop:
      ldr r1, [r7]
      ldmia r7, {r2, r3, r4}
      ldrd r2, r3, [r7, #8]
      mul r2, r3, r4
      smlad r2, r3, r4, r2
      smull r2, r3, r4, r5
      str r2, [r7, #32]
      push {r1, r2}
      pop {r1, r2}
      mov r3, #7
      sdiv r3, r2, r3
      cbz r6, over
      nop
    over:
      subs r0, #1
      bne loop
  `);
  expect(found).toEqual({
    // The nop at the first label and the mov stand before the loop; the nop in it is jumped over.
    all: 2 + 14 * 100,
    loads: 4 * 100,
    loadWords: (1 + 3 + 2 + 2) * 100,
    stores: 2 * 100,
    storeWords: (1 + 2) * 100,
    multiplies: 3 * 100,
    divides: 100,
    branches: 2 * 100,
    taken: 100 + 99,
  });
});

test.each([
  ['ldrb r1, [r7]', 'loads'],
  ['ldrsh r1, [r7, r6]', 'loads'],
  ['ldrh.w r1, [r7], #2', 'loads'],
  ['vldr s0, [r7]', 'loads'],
  ['vldmia r7, {s0-s3}', 'loads'],
  ['ldrex r1, [r7]', 'loads'],
  ['strb r1, [r7, r6]', 'stores'],
  ['strh.w r1, [r7, #2]!', 'stores'],
  ['stmia r7!, {r1, r2}', 'stores'],
  ['vstr s0, [r7]', 'stores'],
  ['strd r1, r2, [r7]', 'stores'],
  ['smmlar r1, r2, r3, r4', 'multiplies'],
  ['smlabt r1, r2, r3, r4', 'multiplies'],
  ['umlal r1, r2, r3, r4', 'multiplies'],
  ['udiv r1, r2, r3', 'divides'],
  ['b.w next\nnext:', 'branches'],
  ['bl next\nnext:', 'branches'],
])('%s is one of the %s', async (instruction, kind) => {
  const found = await count(instruction);
  expect(found).toMatchObject({ all: 2, [kind]: 1 });
});

test.each([
  'sxtb16 r1, r2, ror #8',
  'ssat r1, #8, r2',
  'vmov s0, r1',
  'vmov r1, r2, d0',
  'add.w r1, r2, r3, asr #31',
  'dsb',
])('%s is none of the classes', async (instruction) => {
  const found = await count(instruction);
  expect(found).toMatchObject({ all: 2, loads: 0, stores: 0, multiplies: 0, divides: 0, branches: 0 });
});
