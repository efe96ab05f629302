import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { systemClock } from '#core';
import { createQemuDevice } from '#devices';
import { measureOn, type Measurement } from '#measurement';
import { findTarget } from '#targets';
import { buildTinyEngine, type ForeignImage } from '#toolchain';
import { writeTree } from './tiny-engine.ts';

const target = findTarget('mps2-an500');
/** A folder of `NAME/codegen`, each from upstream's generator: whatever it holds is tried. */
const generatedDir = process.env['TINYFARM_TINYENGINE_GENERATED'];
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

function build(from = codegenDir): Promise<ForeignImage> {
  return buildTinyEngine(
    { codegenDir: from, tinyenginePath: tinyenginePath!, cmsisPath, name: 'upstream', target },
    { cacheDir: path.resolve('node_modules/.cache/tinyfarm-tests') },
  );
}

/** Of the inputs: with more than one, an output that is always the same would be seen. */
const seeds = [0, 7] as const;

/** The code by itself: no harness and no glue of ours, results printed by semihosting, a line for each input. */
const mainOf = ({ model }: ForeignImage): string => {
  const outputs =
    model.outputs.length > 0 ? model.outputs : [{ place: 'getOutput()', bytes: model.outputBytes }];
  const entry = model.entry.replace('foreign_invoke', 'invoke');
  return `
#include <stdio.h>
#include "genModel.c"
extern void initialise_monitor_handles(void);
${model.patched ? `static signed char image[${model.inputBytes}];` : '#define image getInput()'}
static void print(const signed char *bytes, int count) { for (int k = 0; k < count; k++) printf("%d,", bytes[k]); }
int main(void) {
  initialise_monitor_handles();
  const unsigned seeds[] = {${seeds.join(', ')}};
  for (int run = 0; run < ${seeds.length}; run++) {
    unsigned state = 12345u + seeds[run];
    for (int k = 0; k < ${model.inputBytes}; k++) {
      state = state * 1664525u + 1013904223u;
      image[k] = (signed char)(state >> 24);
    }
    ${entry};
    ${outputs.map(({ place, bytes }) => `print(${place}, ${bytes});`).join('\n    ')}
    printf("\\n");
  }
  return 0;
}
void _init(void) {}
void _fini(void) {}
`;
};

const alone = {
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

/** What it computes of the input of each seed. */
async function outputsAlone(foreign: ForeignImage, from: string): Promise<Int8Array[]> {
  const { image, files } = foreign;
  await writeTree(dir, { ...alone, 'main.c': mainOf(foreign) });
  const engine = path.join(tinyenginePath!, 'TinyEngine');
  const cmsis = path.join(cmsisPath!, 'CMSIS');
  const includes = [
    path.join(from, 'Include'),
    path.join(from, 'Source'),
    path.join(engine, 'include'),
    ...['NN', 'DSP', 'Core'].map((part) => path.join(cmsis, part, 'Include')),
  ];
  const own = files
    .map((file) => file.path)
    .filter((file) => file.endsWith('.c') && file !== 'Source/genModel.c');
  const kernels = (await readdir(path.join(engine, 'src/kernels'), { recursive: true }))
    .filter((file) => file.endsWith('.c'))
    .map((file) => path.join(engine, 'src/kernels', file));

  const run = promisify(execFile);
  await run(
    'arm-none-eabi-gcc',
    [
      ...image.flags,
      ...includes.map((folder) => `-I${folder}`),
      'main.c',
      'start.c',
      ...own.map((file) => path.join(from, file)),
      ...kernels,
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
    { timeout: 120_000 },
  );
  const lines = stdout.trim().split('\n');
  return lines.map((line) => Int8Array.from(line.split(',').slice(0, -1), Number));
}

/** Measured with our harness around it, on each input, and held against what it computes without. */
async function measureAgainstItself(foreign: ForeignImage, from: string, name: string): Promise<Measurement> {
  const outputs = await outputsAlone(foreign, from);
  expect(outputs.map((output) => output.length)).toEqual(seeds.map(() => foreign.model.outputBytes));
  if (Buffer.from(outputs[0]!).equals(Buffer.from(outputs[1]!))) {
    console.log(`${name} answers both inputs alike: that they are equal says little of it`);
  }
  const measured: Measurement[] = [];
  for (const [i, seed] of seeds.entries()) {
    const device = createQemuDevice({ target, clock: systemClock, workDir: dir });
    const { measurement } = await measureOn(device, foreign.image, {
      candidate: { name, hash: foreign.codeHash },
      input: { seed },
      expected: outputs[i],
      repeats: 1,
      clock: systemClock,
    });
    expect(measurement, `${name}, seed ${seed}`).toMatchObject({
      status: 'accepted',
      reason: null,
      output: { checked: true, matches: true },
    });
    measured.push(measurement);
  }
  return measured[0]!;
}

describe('a detector from upstream’s own repository', () => {
  it(
    'runs untouched, and gives the output that it gives by itself',
    { timeout: 300_000 },
    async (context) => {
      requireUpstream(context);
      const foreign = await build();
      expect(foreign.model).toMatchObject({ arenaBytes: 262_568, inputBytes: 61_440, outputBytes: 8820 });
      const measurement = await measureAgainstItself(foreign, codegenDir, 'face-mask');
      expect(measurement.macs).toBeGreaterThan(18e6);
      expect(measurement.instructions! / measurement.macs).toBeLessThan(5);
    },
  );
});

describe('whatever upstream’s generator has made', () => {
  it(
    'runs untouched, and gives the output that it gives by itself',
    { timeout: 1_800_000 },
    async (context) => {
      requireUpstream(context);
      if (generatedDir === undefined) {
        context.skip('TINYFARM_TINYENGINE_GENERATED does not name a folder of generated code');
      }
      const names = await readdir(generatedDir!);
      expect(names.length).toBeGreaterThan(0);
      for (const name of names) {
        const from = path.join(generatedDir!, name, 'codegen');
        const foreign = await build(from);
        const measurement = await measureAgainstItself(foreign, from, name);
        console.log(
          `${name}: ${measurement.instructions} instructions, output of ${seeds.length} inputs equal to its own`,
        );
      }
    },
  );
});
