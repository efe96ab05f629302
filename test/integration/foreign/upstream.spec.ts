import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { systemClock } from '#core';
import { createQemuDevice } from '#devices';
import { measureOn } from '#measurement';
import { findTarget } from '#targets';
import { buildTinyEngine, type ForeignImage } from '#toolchain';
import { writeTree } from './tiny-engine.ts';

const target = findTarget('mps2-an500');
const tinyenginePath = process.env['TINYFARM_TINYENGINE'];
const cmsisPath = process.env['TINYFARM_CMSIS'];
/** A network that upstream's repository holds with all of its generated code. */
const codegenDir = path.join(tinyenginePath ?? '', 'examples/openmv_face_mask_detection/codegen');
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tinyfarm-upstream-test-'));
});

afterAll(() => rm(dir, { recursive: true }));

function requireUpstream(context: TestContext): void {
  if (tinyenginePath === undefined || cmsisPath === undefined) {
    context.skip('TINYFARM_TINYENGINE and TINYFARM_CMSIS do not name checkouts of TinyEngine and CMSIS_5');
  } else if (!existsSync(codegenDir)) {
    context.skip(`${codegenDir} does not exist`);
  }
}

function build(): Promise<ForeignImage> {
  return buildTinyEngine(
    { codegenDir, tinyenginePath: tinyenginePath!, cmsisPath, name: 'face-mask', target },
    { cacheDir: path.resolve('node_modules/.cache/tinyfarm-tests') },
  );
}

/** What that network calls; the rest of upstream's kernels need not be compiled. */
const kernels = [
  'convolve_1x1_s8',
  'convolve_1x1_s8_ch16',
  'convolve_1x1_s8_ch24',
  'convolve_1x1_s8_ch48',
  'convolve_1x1_s8_oddch',
  'convolve_s8_kernel3_inputch3_stride2_pad1',
  'arm_nn_mat_mult_kernel3_input3_s8_s16',
  'arm_nn_mat_mult_kernel_s8_s16_reordered_8mul',
  'arm_nn_mat_mult_kernel_s8_s16_reordered_oddch',
  'add',
  'maxpooling',
  'upsample_byte',
  'mat_mult_kernels',
];

/** The code by itself: no harness and no glue of ours, results printed by semihosting. */
const alone = {
  'main.c': `
#include <stdio.h>
#include "genModel.c"
extern void initialise_monitor_handles(void);
static void print(const signed char *bytes, int count) { for (int k = 0; k < count; k++) printf("%d,", bytes[k]); }
int main(void) {
  initialise_monitor_handles();
  unsigned state = 12345;
  for (int k = 0; k < 160 * 128 * 3; k++) {
    state = state * 1664525u + 1013904223u;
    getInput()[k] = (signed char)(state >> 24);
  }
  invoke(NULL);
  print(bufferdagop4_output0, 420);
  print(bufferdagop3_output0, 1680);
  print(bufferdagop2_output0, 6720);
  return 0;
}
void _init(void) {}
void _fini(void) {}
`,
  'start.c': `
#include <stdlib.h>
extern unsigned data_start, data_end, data_load, __bss_start__, __bss_end__;
int main(void);
void start(void);
__attribute__((section(".vectors"), used)) const void *vectors[] = {(void *)0x20400000, start};
void start(void) {
  *(volatile unsigned *)0xE000ED88 |= 0xF00000;
  for (unsigned *to = &data_start, *from = &data_load; to < &data_end;) *to++ = *from++;
  for (unsigned *to = &__bss_start__; to < &__bss_end__;) *to++ = 0;
  exit(main());
}
`,
  'alone.ld': `
MEMORY { FLASH (rx) : ORIGIN = 0, LENGTH = 4096K
  SRAM (rw) : ORIGIN = 0x20000000, LENGTH = 4096K }
ENTRY(start)
SECTIONS {
  .vectors : { KEEP(*(.vectors)) } > FLASH
  .text : { *(.text*) *(.rodata*) *(.init*) *(.fini*) } > FLASH
  .ARM.exidx : { *(.ARM.exidx*) } > FLASH
  .data : { data_start = .; *(.data*) . = ALIGN(4); data_end = .; } > SRAM AT > FLASH
  data_load = LOADADDR(.data);
  .bss : { __bss_start__ = .; *(.bss*) *(COMMON) . = ALIGN(4); __bss_end__ = .; } > SRAM
  end = .; __end__ = .;
}
`,
} as const;

async function outputAlone({ image, files }: ForeignImage): Promise<Int8Array> {
  await writeTree(dir, alone);
  const engine = path.join(tinyenginePath!, 'TinyEngine');
  const cmsis = path.join(cmsisPath!, 'CMSIS');
  const includes = [
    path.join(codegenDir, 'Include'),
    path.join(codegenDir, 'Source'),
    path.join(engine, 'include'),
    ...['NN', 'DSP', 'Core'].map((part) => path.join(cmsis, part, 'Include')),
  ];
  const depthwise = files.map((file) => file.path).filter((file) => /Source\/depthwise.*\.c$/.test(file));

  const run = promisify(execFile);
  await run(
    'arm-none-eabi-gcc',
    [
      ...image.flags,
      ...includes.map((folder) => `-I${folder}`),
      'main.c',
      'start.c',
      ...depthwise.map((file) => path.join(codegenDir, file)),
      ...kernels.map((name) => path.join(engine, `src/kernels/int_forward_op/${name}.c`)),
      path.join(engine, 'src/yoloOutput.c'),
      path.join(cmsis, 'NN/Source/ConvolutionFunctions/arm_nn_mat_mult_kernel_s8_s16_reordered.c'),
      '-nostartfiles',
      '-Talone.ld',
      '--specs=rdimon.specs',
      '-Wl,--gc-sections',
      '-lm',
      '-o',
      'alone.elf',
    ],
    { cwd: dir },
  );
  const { stdout } = await run(
    'qemu-system-arm',
    ['-machine', 'mps2-an500', '-display', 'none', '-semihosting', '-kernel', path.join(dir, 'alone.elf')],
    { timeout: 60_000 },
  );
  return Int8Array.from(stdout.split(',').slice(0, -1), Number);
}

describe('a detector from upstream’s own repository', () => {
  it(
    'runs untouched, and gives the output that it gives by itself',
    { timeout: 300_000 },
    async (context) => {
      requireUpstream(context);
      const foreign = await build();
      expect(foreign.model).toMatchObject({ arenaBytes: 262_568, inputBytes: 61_440, outputBytes: 8820 });
      const device = createQemuDevice({ target, clock: systemClock, workDir: dir });
      const { measurement } = await measureOn(device, foreign.image, {
        candidate: { name: 'face-mask', hash: foreign.codeHash },
        input: { seed: 0 },
        expected: await outputAlone(foreign),
        clock: systemClock,
      });
      expect(measurement).toMatchObject({ status: 'accepted', reason: null, output: { checked: true } });
      expect(measurement.macs).toBeGreaterThan(18e6);
      expect(measurement.instructions! / measurement.macs).toBeLessThan(5);
    },
  );
});
