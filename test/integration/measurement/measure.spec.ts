import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fnv1aHex, seededBytes, systemClock } from '#core';
import { createQemuDevice } from '#devices';
import { measureOn, type MeasureOptions, type MeasureOutcome } from '#measurement';
import { findTarget, targets } from '#targets';
import type { Image, Toolchain } from '#toolchain';
import { sharedToolchain } from '../harness/qemu-console.ts';
import { muteImage } from '../toolchain/mute-image.ts';
import { tinyNetwork, tinyOutput, type TinyNetworkOptions } from '../toolchain/tiny-network.ts';

const emulated = targets.filter((target) => target.qemu !== undefined);
const m4 = findTarget('mps2-an386');
const clock = systemClock;
let toolchain: Toolchain;
let workDir: string;
let muteDir: string;

beforeAll(async () => {
  toolchain = await sharedToolchain(emulated);
  workDir = await mkdtemp(path.join(tmpdir(), 'tinyfarm-measurement-test-'));
  muteDir = await mkdtemp(path.join(tmpdir(), 'tinyfarm-mute-test-'));
});

let left: string[] = [];

afterEach(async () => {
  left = await readdir(workDir);
});

afterAll(() => Promise.all([workDir, muteDir].map((dir) => rm(dir, { recursive: true }))));

const seed = 11;

async function measure(image: Image, options: Partial<MeasureOptions> = {}): Promise<MeasureOutcome> {
  const device = createQemuDevice({ target: image.target, clock, workDir });
  return measureOn(device, image, {
    candidate: { name: 'tiny', hash: 'c0ffee' },
    input: { seed },
    expected: tinyOutput(seededBytes(100, seed)),
    clock,
    ...options,
  });
}

async function measureTiny(
  network: TinyNetworkOptions,
  options: Partial<MeasureOptions> = {},
): Promise<MeasureOutcome> {
  return measure(await toolchain.build(tinyNetwork(network), m4), options);
}

describe.for(emulated)('a measurement on $name', (target) => {
  it('is accepted, and has the instructions that the code has', async () => {
    const rounds = 50_000;
    const image = await toolchain.build(tinyNetwork({ rounds }), target);
    const { measurement, output, consoleLog } = await measure(image, { repeats: 5, warmup: 2 });
    expect(measurement).toMatchObject({
      candidate: 'tiny',
      target: target.name,
      on: 'qemu',
      fidelity: 'emulated',
      status: 'accepted',
      reason: null,
      cycles: null,
      spread: { repeats: 5, warmup: 2, mad: 0 },
      macs: rounds + 10,
      output: { bytes: 10, fnv1a: fnv1aHex(output), checked: true, matches: true },
      provenance: {
        buildHash: image.buildHash,
        core: target.core,
        candidateHash: 'c0ffee',
        inputHash: fnv1aHex(seededBytes(100, seed)),
        tools: { qemu: expect.stringMatching(/^QEMU \d/) as string },
        counts: Array.from({ length: 5 }, () => measurement.instructions),
      },
    });
    expect(output).toEqual(tinyOutput(seededBytes(100, seed)));
    const [loop, add] = measurement.layers.map((layer) => layer.instructions!);
    expect(loop).toBe(1 + 2 * rounds);
    expect(measurement.instructions! - loop! - add!).toBeGreaterThan(0);
    expect(measurement.instructions! - loop! - add!).toBeLessThan(30);
    const [, ticks] = /,run,i=0,ticks=(\d+)\*/.exec(consoleLog)!;
    const { tickHz, icountShift } = target.qemu!;
    const { overhead } = measurement.provenance as unknown as { overhead: { inference: number } };
    expect(overhead.inference).toBeGreaterThan(0);
    expect(measurement.instructions).toBe(
      Math.round((Number(ticks) * 1e9) / (tickHz * 2 ** icountShift)) - overhead.inference,
    );
  });
});

describe('a measurement', () => {
  it('takes an input of any bytes, and reports the memory that was used', async () => {
    const bytes = Int8Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? -128 : 127) ^ i);
    const { measurement } = await measureTiny({}, { input: { bytes }, expected: tinyOutput(bytes) });
    expect(measurement.status).toBe('accepted');
    const { planned, measured } = measurement.sram;
    expect(planned).toMatchObject({ arenaBytes: 4096, inputBytes: 100, inputInArena: true });
    expect(measured!.arenaBytes).toBe(1010);
    expect(measured!.stackBytes).toBeGreaterThan(0);
    expect(measured!.stackBytes).toBeLessThan(planned.stackBytes);
    expect(measured!.staticBytes).toBe(planned.staticBytes);
    expect(measured!.peakBytes).toBe(measured!.arenaBytes + measured!.stackBytes + measured!.staticBytes);
  });

  it('splits many inferences over several commands', async () => {
    const { measurement, consoleLog } = await measureTiny({}, { repeats: 150, warmup: 3 });
    expect(measurement).toMatchObject({ status: 'accepted', spread: { repeats: 150 } });
    expect(consoleLog.match(/> tf-run 64 /g)).toHaveLength(2);
  });

  it('is rejected when the output is not the reference’s, and keeps its numbers', async () => {
    const expected = tinyOutput(seededBytes(100, seed));
    expected[3]! ^= 1;
    const { measurement } = await measureTiny({}, { expected });
    expect(measurement).toMatchObject({
      status: 'rejected',
      reason: `the output differs from the reference in 1 of 10 bytes: byte 3 is ${expected[3]! ^ 1}, expected ${expected[3]}`,
      output: { checked: true, matches: false },
    });
    expect(measurement.instructions).toBeGreaterThan(2000);
  });

  it('without a reference has an output that was not checked', async () => {
    const { measurement } = await measureTiny({}, { expected: undefined });
    expect(measurement).toMatchObject({ status: 'accepted', output: { checked: false, matches: null } });
  });

  it('is rejected when repeats differ', async () => {
    const code = {
      declarations: 'static volatile int round;',
      extra: 'for (volatile int i = 0; i < round; i++) { } round++;',
    };
    const { measurement } = await measureTiny(code);
    expect(measurement.status).toBe('rejected');
    expect(measurement.reason).toMatch(/^3 repeats took between \d+ and \d+ instructions, expected the same/);
  });
});

describe('a firmware', () => {
  it('that never ends is hung, with the place', async () => {
    const measuring = measureTiny({ extra: 'for (;;) { }' }, { timeoutMs: 300 });
    await expect(measuring).rejects.toMatchObject({
      code: 'FIRMWARE_HUNG',
      message: expect.stringMatching(
        /^the firmware was silent for 300 ms during tf-run 1 0: pc 0x[0-9a-f]{8} \(add\), lr 0x[0-9a-f]{8}.*, in thread mode$/,
      ) as string,
    });
  });

  it('that faults tells where and why', async () => {
    const measuring = measureTiny({ extra: '__asm volatile("udf #1");' });
    await expect(measuring).rejects.toMatchObject({
      code: 'FIRMWARE_FAULT',
      message: expect.stringMatching(
        /^the firmware faulted during tf-run 1 0: UsageFault \(UNDEFINSTR\) at pc 0x[0-9a-f]{8} \(add\), lr /,
      ) as string,
      context: { consoleLog: expect.stringContaining(',fault,') as string },
    });
  });

  it('that jumps into nowhere has a fault, with the address', async () => {
    const measuring = measureTiny({ extra: '*(volatile int *)0x90000010 = 1;' });
    await expect(measuring).rejects.toMatchObject({
      code: 'FIRMWARE_FAULT',
      message: expect.stringContaining('BusFault (PRECISERR)') as string,
    });
    await expect(measuring).rejects.toThrow('accessing 0x90000010');
  });

  it('that writes to its code has a fault, though the emulator would let it', async () => {
    const measuring = measureTiny({ extra: '*(volatile int *)0x100 = 1;' });
    await expect(measuring).rejects.toMatchObject({
      code: 'FIRMWARE_FAULT',
      message: expect.stringMatching(/MemManage \(DACCVIOL\) at pc .* accessing 0x00000100/) as string,
    });
  });

  it('that has instructions of another core has a fault', async () => {
    // vadd.f64, which a Cortex-M4 has not.
    await expect(measureTiny({ extra: '__asm volatile(".inst.w 0xee300b40");' })).rejects.toMatchObject({
      code: 'FIRMWARE_FAULT',
      message: expect.stringContaining('UsageFault (UNDEFINSTR)') as string,
    });
  });

  it('that says nothing from its boot on is told from one that hangs', async () => {
    const mute = await muteImage(await toolchain.build(tinyNetwork(), m4), muteDir);
    await expect(measure(mute)).rejects.toMatchObject({
      code: 'FIRMWARE_SILENT',
      message: expect.stringMatching(/^the firmware did not answer .*: pc 0x[0-9a-f]{8} \(main\)/) as string,
    });
  });

  it('that restarts is noticed', async () => {
    const reset = '*(volatile unsigned *)0xE000ED0C = 0x05FA0004u; for (;;) { }';
    await expect(measureTiny({ extra: reset })).rejects.toMatchObject({
      code: 'FIRMWARE_REBOOTED',
      message: expect.stringMatching(
        /^the firmware restarted during tf-run 1 0 \(boot line of build [0-9a-f]{32}\)$/,
      ) as string,
    });
  });

  it('of another build is not measured', async () => {
    const image = await toolchain.build(tinyNetwork(), m4);
    const other = { ...image, buildHash: '0123456789abcdef0123456789abcdef' };
    await expect(measure(other)).rejects.toMatchObject({
      code: 'BUILD_HASH_MISMATCH',
      message: `build ${image.buildHash} answered, expected build ${other.buildHash}: another image is running`,
    });
  });

  const put = 'extern void put_char(char); static void put(const char *t) { while (*t) put_char(*t++); }';

  it('that prints among its answers is garbage', async () => {
    const measuring = measureTiny({ declarations: put, extra: 'put("\\x80\\xff hello\\r\\n");' });
    await expect(measuring).rejects.toMatchObject({
      code: 'PROTOCOL_GARBAGE',
      message:
        'garbage on the line during tf-run 1 0: "\\\\x80\\\\xff hello" (bytes that are not ASCII), expected a line of the protocol',
    });
  });

  it.for([
    ['lines', 'for (;;) put("no end of this\\r\\n");'],
    ['no line', 'for (;;) put("no end of this ");'],
    ['empty lines', 'for (;;) put("\\n");'],
  ] as const)('that floods the line with %s is stopped', async ([, extra]) => {
    const startedMs = clock.monotonicMs();
    await expect(measureTiny({ declarations: put, extra })).rejects.toMatchObject({
      code: 'PROTOCOL_GARBAGE',
    });
    expect(clock.monotonicMs() - startedMs).toBeLessThan(5000);
  });

  it('that takes too much stack is caught', async () => {
    const declarations = `
      static int deep(volatile int *up, int n) { volatile int here[64]; here[n % 64] = *up;
        return deep(here, n + 1) + here[n % 64]; }`;
    const measuring = measureTiny({ declarations, extra: 'volatile int x = 1; x = deep(&x, 0);' });
    await expect(measuring).rejects.toMatchObject({ code: 'FIRMWARE_FAULT' });
  });
});

describe('whatever happens', () => {
  it('an interruption ends it at once', async () => {
    const controller = new AbortController();
    const measuring = measureTiny(
      { extra: 'for (;;) { }' },
      {
        signal: controller.signal,
        onProgress: (text) => text === 'input' && setTimeout(() => controller.abort(), 50),
      },
    );
    const startedMs = clock.monotonicMs();
    await expect(measuring).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(clock.monotonicMs() - startedMs).toBeLessThan(3000);
  });

  it('nothing is left behind', () => {
    expect(left).toEqual([]);
  });
});
