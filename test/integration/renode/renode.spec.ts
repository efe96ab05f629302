import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { seededBytes, systemClock } from '#core';
import { createQemuDevice, createRenodeDevice, createRenodePool, type Device } from '#devices';
import { measureOn, type MeasureOptions, type MeasureOutcome } from '#measurement';
import { findTarget, targets } from '#targets';
import type { Image, Toolchain } from '#toolchain';
import { projectFolder } from '../../support/cli.ts';
import { realRenode, standInRenode, type RenodeUnderTest } from '../../support/renode-on-path.ts';
import { sharedToolchain } from '../harness/qemu-console.ts';
import { muteImage } from '../toolchain/mute-image.ts';
import { tinyNetwork, tinyOutput, type TinyNetworkOptions } from '../toolchain/tiny-network.ts';

const clock = systemClock;
const boardsDir = path.join(projectFolder, 'firmware/boards');
const f405 = findTarget('stm32f405');
const seed = 11;
const real = realRenode();
let toolchain: Toolchain;
let standIn: RenodeUnderTest;
let workDir: string;

beforeAll(async () => {
  toolchain = await sharedToolchain([f405]);
  standIn = await standInRenode();
  // A space, since people have them in their paths.
  workDir = await mkdtemp(path.join(tmpdir(), 'tinyfarm renode-test-'));
});

const left: string[] = [];

afterEach(async () => {
  left.push(...(await readdir(workDir)));
});

afterAll(async () => {
  await standIn.remove();
  await rm(workDir, { recursive: true });
});

function deviceOf(renodeProgram: string, options: object = {}): Device {
  return createRenodeDevice({ target: f405, boardsDir, clock, workDir, renodeProgram, ...options });
}

async function measure(
  device: Device,
  network: TinyNetworkOptions,
  options: Partial<MeasureOptions> = {},
): Promise<MeasureOutcome> {
  const image = await toolchain.build(tinyNetwork(network), f405);
  return measureOn(device, image, {
    candidate: { name: 'tiny', hash: 'c0ffee' },
    input: { seed },
    expected: tinyOutput(seededBytes(100, seed)),
    clock,
    ...options,
  });
}

/** With a Renode that misbehaves in this way. */
async function withStandIn<T>(
  settings: Readonly<Record<string, string>>,
  work: (program: string) => Promise<T>,
): Promise<T> {
  const own = await standInRenode(settings);
  try {
    return await work(own.program);
  } finally {
    await own.remove();
  }
}

const programs: readonly (readonly [string, () => string])[] = [
  ['the stand-in', () => standIn.program],
  ...(real === undefined ? [] : [['the real Renode', () => real] as const]),
];
if (real === undefined) {
  process.stderr.write(
    'skipped: the real Renode, since there is no renode on PATH; the stand-in is used alone\n',
  );
}

describe.for(programs)('%s', ([, program]) => {
  it('measures as QEMU does, counts the same from outside and inside, and keeps what it has to say', async () => {
    const rounds = 50_000;
    const device = deviceOf(program(), { profile: true, opcodes: { bcond: '1101xxxxxxxxxxxx' } });
    const { measurement, artifacts } = await measure(device, { rounds });
    const inQemu = await measure(createQemuDevice({ target: f405, clock, workDir }), { rounds });
    expect(measurement).toMatchObject({
      on: 'renode',
      fidelity: 'emulated',
      status: 'accepted',
      reason: null,
      provenance: { tools: { renode: expect.stringMatching(/^Renode \d+\.\d+\.\d+$/) as string } },
    });
    const check = measurement.provenance['counterCheck'] as Record<string, number>;
    expect(check['insideInstructions']).toBe(measurement.instructions);
    expect(check['outsideInstructions']! - measurement.instructions!).toBeLessThan(50_000);
    expect(check['outsideInstructions']).toBeGreaterThan(measurement.instructions! - 1000);
    const difference = Math.abs(measurement.instructions! - inQemu.measurement.instructions!);
    expect(difference / measurement.instructions!).toBeLessThan(0.001);
    expect([...artifacts.keys()]).toEqual(
      expect.arrayContaining(['renode.log', 'renode.resc', 'profile.folded', 'opcodes.txt']),
    );
  });

  it('takes an input of bytes in pieces that its UART does not stall at', async () => {
    const bytes = Int8Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? -128 : 127) ^ i);
    const outcome = await measure(deviceOf(program()), {}, { input: { bytes }, expected: tinyOutput(bytes) });
    expect(outcome.measurement.status).toBe('accepted');
    for (const [, command] of outcome.consoleLog.matchAll(/> (tf-load .*)/g)) {
      expect(command!.length).toBeLessThanOrEqual(256);
    }
  });

  it.for([
    [
      'hangs',
      { extra: 'for (;;) { }' },
      'FIRMWARE_HUNG',
      /^the firmware was silent for 1500 ms during tf-run 1 0: pc 0x[0-9a-f]{8} \(add\)/,
    ],
    [
      'faults',
      { extra: '__asm volatile("udf #1");' },
      'FIRMWARE_FAULT',
      /UsageFault \(UNDEFINSTR\) at pc 0x[0-9a-f]{8} \(add\)/,
    ],
    [
      'uses the instructions of another core',
      { extra: '__asm volatile(".inst.w 0xee300b40");' },
      'FIRMWARE_FAULT',
      /UsageFault \(UNDEFINSTR\)/,
    ],
    [
      'overflows its stack',
      {
        declarations: `static int deep(volatile int *up, int n) { volatile int here[64]; here[n % 64] = *up;
        return deep(here, n + 1) + here[n % 64]; }`,
        extra: 'volatile int x = 1; x = deep(&x, 0);',
      },
      'FIRMWARE_FAULT',
      /faulted/,
    ],
    [
      'writes to flash',
      { extra: '*(volatile int *)0x08000100 = 1;' },
      'FIRMWARE_FAULT',
      /MemManage \(DACCVIOL\) .*accessing 0x08000100/,
    ],
    [
      'floods the line',
      { declarations: 'extern void put_char(char);', extra: "for (;;) { put_char('x'); put_char(10); }" },
      'PROTOCOL_GARBAGE',
      /garbage on the line/,
    ],
    [
      'never says anything',
      {
        extra: '__asm volatile("cpsid i"); for (;;) { __asm volatile("wfi"); }',
      },
      'FIRMWARE_HUNG',
      /silent/,
    ],
  ] as const)('tells that a firmware %s', async ([, network, code, message]) => {
    await expect(measure(deviceOf(program()), network, { timeoutMs: 1500 })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
  });
});

describe.for(programs)('%s', ([, program]) => {
  it('tells that a firmware says nothing from its boot on', async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'tinyfarm-mute-test-'));
    try {
      const mute = await muteImage(await toolchain.build(tinyNetwork(), f405), dir);
      const options = { candidate: { name: 'mute', hash: '' }, input: { seed }, clock };
      await expect(measureOn(deviceOf(program()), mute, options)).rejects.toMatchObject({
        code: 'FIRMWARE_SILENT',
        message: expect.stringMatching(/: pc 0x[0-9a-f]{8} \(main\)/) as string,
      });
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});

describe('what the firmware does not notice', () => {
  it.for([
    [
      'an access to nothing',
      '[WARNING] sysbus: [cpu: 0x<add>] WriteDoubleWord to non existing peripheral at 0x40023000, value 0x1.',
      /a write to 0x40023000, where there is nothing, at pc 0x[0-9a-f]{8} \(add\)/,
    ],
    [
      'an abort',
      '[ERROR] cpu: CPU abort [PC=0x90000000]: Trying to execute code outside RAM or ROM at 0x90000000.',
      /the core was stopped: Trying to execute code outside RAM or ROM at 0x90000000/,
    ],
  ] as const)('is the candidate’s failure: %s', async ([, line, message]) => {
    await withStandIn({ FAKE_RENODE_COMPLAINT: line.replace('0x<add>', '<add>') }, async (program) => {
      await expect(measure(deviceOf(program), {})).rejects.toMatchObject({
        code: 'FIRMWARE_FAULT',
        message: expect.stringMatching(message) as string,
      });
    });
  });
});

describe('a Renode', () => {
  it('that is missing is named', async () => {
    await expect(measure(deviceOf('renode-none'), {})).rejects.toMatchObject({
      code: 'PROGRAM_MISSING',
      message: 'renode-none was not found, expected it on the PATH',
    });
  });

  it('that is too old is refused', async () => {
    await withStandIn({ FAKE_RENODE_VERSION: '1.15.3.1' }, async (program) => {
      await expect(measure(deviceOf(program), {})).rejects.toMatchObject({
        code: 'DEVICE_START_FAILED',
        message: 'Renode is 1.15.3, expected 1.16.1 or later',
      });
    });
  });

  it('that never answers is killed', async () => {
    await withStandIn({ FAKE_RENODE_DEAF: 'version' }, async (program) => {
      const device = deviceOf(program, { startDeadlineMs: 3000 });
      await expect(measure(device, {})).rejects.toMatchObject({ code: 'DEVICE_START_FAILED' });
    });
  });

  it('says what Renode says of a platform that it does not know', async () => {
    const target = { ...f405, renode: { ...f405.renode!, uart: 'sysbus.usart9' } };
    const image = await toolchain.build(tinyNetwork(), f405);
    await expect(deviceOf(standIn.program, { target }).start(image)).rejects.toMatchObject({
      code: 'DEVICE_START_FAILED',
      message: expect.stringContaining("Could not resolve 'sysbus.usart9'") as string,
    });
  });

  it('is interrupted', async () => {
    const controller = new AbortController();
    const image = await toolchain.build(tinyNetwork(), f405);
    const starting = deviceOf(standIn.program).start(image, { signal: controller.signal });
    controller.abort();
    await expect(starting).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  it('ends a run that goes beyond its bounds', async () => {
    const device = deviceOf(standIn.program, { maxWallS: 1 });
    await expect(measure(device, { extra: 'for (;;) { }' })).rejects.toMatchObject({
      code: 'DEVICE_EXITED',
      message: expect.stringContaining('longer than 1 s') as string,
    });
  });

  it('from a pool is another one for each run', async () => {
    const pool = createRenodePool({ clock, workDir, renodeProgram: standIn.program }, 1);
    try {
      const image: Image = await toolchain.build(tinyNetwork(), f405);
      const folders = new Set<string>();
      for (let i = 0; i < 2; i++) {
        const running = await deviceOf(standIn.program, { pool }).start(image);
        folders.add(path.dirname(running.ttyPath));
        await running.stop();
      }
      expect(folders.size).toBe(2);
    } finally {
      await pool.close();
    }
  });
});

describe.for(targets)('the platform of $name', (target) => {
  it('loads, with no network', async () => {
    const image = await toolchain.build(tinyNetwork(), f405);
    const running = await deviceOf(real ?? standIn.program, { target }).start(image);
    const tty = await readlink(running.ttyPath);
    await running.stop();
    expect(tty).toMatch(/^\/dev\/pts\/\d+$/);
  });
});

it('whatever happened, nothing was left behind', () => {
  expect(left).toEqual([]);
});
