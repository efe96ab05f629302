import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededBytes } from '#core';
import { findTarget } from '#targets';
import { tinyNetwork, tinyOutput } from '../toolchain/tiny-network.ts';
import { QemuConsole, sharedToolchain } from './qemu-console.ts';

const target = findTarget('stm32f405');
let board: QemuConsole;

beforeAll(async () => {
  const toolchain = await sharedToolchain([target]);
  const image = await toolchain.build(tinyNetwork({ rounds: 100_000 }), target);
  ({ console: board } = await QemuConsole.boot(image));
});

afterAll(() => board.stop());

const input = seededBytes(100, 5);
const inputHex = Buffer.from(input.buffer).toString('hex');
/** Scale 0.5, zero point −3. */
const results = `m-results-[${[...tinyOutput(input)].map((value) => ((value + 3) * 0.5).toFixed(3)).join(',')}]`;

describe('a runner of MLPerf Tiny', () => {
  it('learns name and model', async () => {
    expect(await board.command('name')).toEqual(['m-name-stm32f405-[tinyfarm]']);
    expect(await board.command('profile')).toEqual(['m-profile-[tinyfarm firmware 1]', 'm-model-[tiny]']);
    expect((await board.command('help')).length).toBeGreaterThan(10);
  });

  it('loads an input in pieces and reads it back', async () => {
    expect(await board.command('db load 100')).toEqual(['m-[Expecting 100 bytes]']);
    for (let at = 0; at < 96; at += 32) {
      expect(await board.command(`db ${inputHex.slice(2 * at, 2 * at + 64)}`)).toEqual([]);
    }
    expect(await board.command(`db ${inputHex.slice(192)}FFFF`)).toEqual(['m-load-done']);
    const lines = await board.command('db print');
    // As the reference does, lines of 8 bytes, and an empty one after a short last line.
    expect(lines).toHaveLength(14);
    expect(lines[0]).toBe(`m-buffer-${[...inputHex.slice(0, 16).matchAll(/../g)].join('-')}`);
    expect(lines.at(-1)).toBe('');
    expect(lines.join('').replaceAll('m-buffer-', '').replaceAll('-', '')).toBe(inputHex);
  });

  it('infers, with the laps apart by what the inferences take', async () => {
    const lines = await board.command('infer 8 2');
    const laps = lines.filter((line) => line.startsWith('m-lap-us-')).map((line) => Number(line.slice(9)));
    expect(lines.map((line) => line.replace(/^m-lap-us-\d+$/, 'm-lap-us-N'))).toEqual([
      'm-warmup-start-2',
      'm-warmup-done',
      'm-infer-start-8',
      'm-lap-us-N',
      'm-lap-us-N',
      'm-infer-done',
      results,
    ]);
    // 200,000 instructions of 64 ns each.
    const perInference = (laps[1]! - laps[0]!) / 8;
    expect(perInference).toBeGreaterThanOrEqual(12_800);
    expect(perInference).toBeLessThan(12_850);
    expect(await board.command('results')).toEqual([results]);
  });

  it('infers once after ten warm-ups unless told otherwise', async () => {
    const lines = await board.command('infer');
    expect(lines[0]).toBe('m-warmup-start-10');
    expect(lines[2]).toBe('m-infer-start-1');
    expect(lines.at(-1)).toBe(results);
  });

  it('reads a clock that goes forward', async () => {
    const [first] = await board.command('timestamp');
    await board.command('infer 1 0');
    const [second] = await board.command('timestamp');
    expect(first).toMatch(/^m-lap-us-\d+$/);
    expect(Number(second!.slice(9)) - Number(first!.slice(9))).toBeGreaterThan(12_000);
  });

  it.for([
    ['db', "Command 'db' requires a subcommand"],
    ['db load', "Command 'db load' requires the # of bytes"],
    ['db load 0', "Command 'db load' must be >0 bytes"],
    ['db load x', "Command 'db load' must be >0 bytes"],
    ['db 123', 'Insufficent number of hex digits'],
    ['db 0g', "Invalid hex digit '0g'"],
    ['infer 0', 'Inference iterations must be >0'],
    ['infer -1', 'Inference iterations must be >0'],
    ['infer 1 -1', 'Inference warmup must be >=0'],
    ['bogus', 'Unknown command: bogus'],
  ] as const)('is answered %j in the words of the reference', async ([command, error]) => {
    expect(await board.command(command)).toEqual([`e-[${error}]`]);
  });

  it('cannot load more than the input', async () => {
    expect(await board.command('db load 101')).toEqual(['Supplied buffer size 101 exceeds maximum of 100']);
    expect(await board.command('db 00')).toEqual([
      "e-[Command 'db' has no bytes left to load, expected 'db load' first]",
    ]);
  });
});
