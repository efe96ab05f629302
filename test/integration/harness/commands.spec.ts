import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fnv1aHex, seededBytes } from '#core';
import { findTarget } from '#targets';
import type { Image } from '#toolchain';
import { tinyNetwork, tinyOutput } from '../toolchain/tiny-network.ts';
import { decimal, parseFrame, QemuConsole, sharedToolchain } from './qemu-console.ts';

const target = findTarget('mps2-an386');
let image: Image;
let board: QemuConsole;
let bootLines: string[];

beforeAll(async () => {
  const toolchain = await sharedToolchain([target]);
  image = await toolchain.build(tinyNetwork(), target);
  ({ console: board, lines: bootLines } = await QemuConsole.boot(image));
});

afterAll(() => board.stop());

function hex(bytes: Int8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}

describe('at boot', () => {
  it('tells its build and waits', () => {
    expect(parseFrame(bootLines[0]!)).toEqual({
      nonce: '00000000',
      seq: 0,
      topic: 'boot',
      fields: { build: image.buildHash },
    });
    expect(bootLines.slice(1)).toEqual(['m-timestamp-mode-performance', 'm-init-done']);
  });
});

describe('the commands of tinyfarm', () => {
  it('tf-hello tells who answers, and starts to count anew', async () => {
    await board.command('tf-ticks');
    const [hello, compiler, ...more] = await board.frames('tf-hello 1234abcd');
    expect(more).toEqual([]);
    expect(hello).toEqual({
      nonce: '1234abcd',
      seq: 0,
      topic: 'hello',
      fields: {
        proto: '1',
        build: image.buildHash,
        target: 'mps2-an386',
        core: 'cortex-m4',
        cpuid: '410fc240',
        uid: '0',
        clock: '25000000',
        caches: 'none',
        ticks: 'systick',
        tickhz: '25000000',
        in: '100',
        out: '10',
        layers: '2',
        arena: '4096',
      },
    });
    expect(compiler).toMatchObject({ seq: 1, topic: 'compiler' });
    expect(compiler!.fields['text']).toMatch(/^gcc \d+\.\d+/);
  });

  it.for(['tf-hello', 'tf-hello 123', 'tf-hello 123456789', 'tf-hello 1234567g'])(
    'refuses %s',
    async (command) => {
      expect(await board.command(command)).toEqual(['e-[tf-hello requires a nonce of 8 hex digits]']);
    },
  );

  it('tf-fill makes the seeded input, whose output is then right', async () => {
    for (const seed of [0, 7, 2_147_483_647]) {
      const input = seededBytes(100, seed);
      const [filled] = await board.frames(`tf-fill ${seed}`);
      expect(filled).toMatchObject({ topic: 'input', fields: { bytes: '100', fnv1a: fnv1aHex(input) } });
      await board.command('tf-run 1 0');
      const [out, output] = await board.frames('tf-output');
      expect(out).toMatchObject({ topic: 'out', fields: { offset: '0', hex: hex(tinyOutput(input)) } });
      expect(output).toMatchObject({ fields: { bytes: '10', fnv1a: fnv1aHex(tinyOutput(input)) } });
    }
  });

  it('tf-load takes the input in chunks, and keeps it for many runs', async () => {
    const input = seededBytes(100, 99);
    for (const [offset, end] of [
      [64, 100],
      [0, 64],
    ] as const) {
      const chunk = input.slice(offset, end);
      const [loaded] = await board.frames(`tf-load ${offset} ${hex(chunk)}`);
      expect(loaded).toMatchObject({
        topic: 'load',
        fields: { offset: String(offset), bytes: String(end - offset), fnv1a: fnv1aHex(chunk) },
      });
    }
    const runs = await board.frames('tf-run 5 2');
    expect(runs.map((run) => run.fields['i'])).toEqual(['0', '1', '2', '3', '4']);
    expect(new Set(runs.map((run) => run.fields['ticks'])).size).toBe(1);
    expect((await board.frames('tf-output')).at(-1)!.fields['fnv1a']).toBe(fnv1aHex(tinyOutput(input)));
  });

  it.for([
    ['tf-fill', 'tf-fill requires a seed from 0 to 2147483647'],
    ['tf-fill -1', 'tf-fill requires a seed from 0 to 2147483647'],
    ['tf-fill 2147483648', 'tf-fill requires a seed from 0 to 2147483647'],
    ['tf-load', 'tf-load requires an offset and hex digits'],
    ['tf-load x 00', 'tf-load requires an offset and hex digits'],
    ['tf-load 0 000', 'tf-load requires an even number of hex digits for at most 256 bytes'],
    ['tf-load 0 0g', 'tf-load requires an even number of hex digits for at most 256 bytes'],
    [`tf-load 0 ${'00'.repeat(257)}`, 'tf-load requires an even number of hex digits for at most 256 bytes'],
    ['tf-load 100 00', 'tf-load goes beyond the end of the input'],
    ['tf-load 2147483647 00', 'tf-load goes beyond the end of the input'],
    ['tf-run', 'tf-run requires 1 to 64 inferences and 0 to 1000 warm-ups'],
    ['tf-run 0 0', 'tf-run requires 1 to 64 inferences and 0 to 1000 warm-ups'],
    ['tf-run 65 0', 'tf-run requires 1 to 64 inferences and 0 to 1000 warm-ups'],
    ['tf-run 1 1001', 'tf-run requires 1 to 64 inferences and 0 to 1000 warm-ups'],
    ['tf-nothing 1', 'Unknown command: tf-nothing'],
    ['', 'Unknown command: '],
    ['   ', 'Unknown command: '],
    ['x'.repeat(561), 'Command is too long, expected at most 560 characters'],
    ['x'.repeat(5000), 'Command is too long, expected at most 560 characters'],
  ] as const)('answers %j by an error', async ([command, error]) => {
    expect(await board.command(command)).toEqual([`e-[${error}]`]);
  });

  it('takes a command of the greatest length', async () => {
    const command = `tf-load 0 ${'00'.repeat(100)}`;
    expect(await board.command(command + ' '.repeat(560 - command.length))).toHaveLength(1);
  });

  it('tf-layers times each layer, together about one inference', async () => {
    await board.command('tf-fill 3');
    const [run] = await board.frames('tf-run 1 0');
    const [overhead] = await board.frames('tf-overhead');
    const layers = await board.frames('tf-layers');
    expect(layers.map(({ topic, fields }) => [topic, fields['i']])).toEqual([
      ['layer', '0'],
      ['layer', '1'],
    ]);
    const empty = decimal(overhead!, 'layer');
    const sum = layers.reduce((ticks, layer) => ticks + decimal(layer, 'ticks') - empty, 0);
    const whole = decimal(run!, 'ticks') - decimal(overhead!, 'ticks');
    expect(whole).toBeGreaterThan(sum);
    expect(whole).toBeLessThan(sum + 20 * 6.4);
  });

  it('tf-memory reports static data and the reserved stack as linked', async () => {
    const [memory] = await board.frames('tf-memory');
    expect(memory).toMatchObject({
      topic: 'memory',
      fields: {
        static: String(image.sizes.staticBytes),
        stacksize: String(image.sizes.stackReservedBytes - 512),
      },
    });
  });

  it('tf-ticks goes on while no command runs', async () => {
    const [first] = await board.frames('tf-ticks');
    const [second] = await board.frames('tf-ticks');
    expect(first!.topic).toBe('now');
    expect(decimal(second!, 'ticks')).toBeGreaterThan(decimal(first!, 'ticks'));
  });

  it('counts every line', async () => {
    await board.command('tf-hello 00000001');
    const frames = [...(await board.frames('tf-run 3 0')), ...(await board.frames('tf-output'))];
    expect(frames.map((frame) => frame.seq)).toEqual([2, 3, 4, 5, 6]);
    expect(new Set(frames.map((frame) => frame.nonce))).toEqual(new Set(['00000001']));
  });

  it('ignores ends of lines around commands', async () => {
    board.send('\r\n');
    expect(await board.command('\r\nname')).toEqual(['m-name-mps2-an386-[tinyfarm]']);
  });
});

describe.runIf(process.platform === 'linux')('while it waits for a command', () => {
  it.for(['name', 'tf-run 2 1', 'nothing'])('leaves the host alone, after %s', async (command) => {
    await board.command('tf-fill 1');
    await board.command('tf-ticks');
    await board.command(command);
    const before = await board.hostTime();
    await sleep(400);
    expect((await board.hostTime()) - before).toBeLessThan(10);
  });

  it('leaves the host alone after a fault', async () => {
    const toolchain = await sharedToolchain([target]);
    const faulty = await toolchain.build(tinyNetwork({ extra: '__asm volatile("udf #1");' }), target);
    const { console } = await QemuConsole.boot(faulty);
    try {
      await console.command('tf-fill 1');
      console.send('tf-run 1 0%');
      await console.line('$');
      const before = await console.hostTime();
      await sleep(400);
      expect((await console.hostTime()) - before).toBeLessThan(10);
    } finally {
      await console.stop();
    }
  });
});
