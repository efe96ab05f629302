import { mkdtemp, readdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findTarget, targets } from '#targets';
import { createToolchain, symbolAt, type Toolchain } from '#toolchain';
import { tinyNetwork } from './tiny-network.ts';

let cacheDir: string;
let toolchain: Toolchain;
const m4 = findTarget('mps2-an386');

beforeAll(async () => {
  cacheDir = await mkdtemp(path.join(tmpdir(), 'tinyfarm-build-'));
  toolchain = createToolchain({ cacheDir });
  await Promise.all(targets.map((target) => toolchain.prepare(target)));
});

afterAll(() => rm(cacheDir, { recursive: true, force: true }));

describe('the toolchain', () => {
  it('names its compiler', async () => {
    expect(await toolchain.probe()).toMatch(/^arm-none-eabi-gcc .*\d+\.\d+\.\d+/);
  });

  it.for(targets.map((target) => target.name))('builds for %s', async (name) => {
    const image = await toolchain.build(tinyNetwork(), findTarget(name));
    const { sizes } = image;
    expect(image.buildHash).toMatch(/^[0-9a-f]{32}$/);
    expect(sizes).toMatchObject({ weightBytes: 64, arenaBytes: 4096, stackReservedBytes: 4608 });
    expect(sizes.totalBytes).toBe(sizes.codeBytes + sizes.weightBytes);
    expect(sizes.codeBytes).toBeGreaterThan(1000);
    expect(sizes.codeBytes).toBeLessThan(16_384);
    expect(sizes.staticBytes).toBeLessThan(2048);
    const arena = sizes.symbols.find((symbol) => symbol.name === 'tinyfarm_arena_buffer')!;
    expect(arena).toMatchObject({ sizeBytes: 4096, section: '.arena' });
    expect(symbolAt(sizes, arena.addressBytes + 0x12)).toBe('tinyfarm_arena_buffer+0x12');
    expect(symbolAt(sizes, arena.addressBytes + 4096)).not.toMatch(/^tinyfarm_arena_buffer/);
  });

  it('makes the same bytes in another folder', async () => {
    const otherDir = await mkdtemp(path.join(tmpdir(), 'tinyfarm-another-build-'));
    try {
      const here = await toolchain.build(tinyNetwork(), m4);
      const there = await createToolchain({ cacheDir: otherDir }).build(tinyNetwork(), m4);
      expect(there.buildHash).toBe(here.buildHash);
      expect(await readFile(there.elfPath)).toEqual(await readFile(here.elfPath));
    } finally {
      await rm(otherDir, { recursive: true });
    }
  });

  it('gives another hash to other weights', async () => {
    const one = await toolchain.build(tinyNetwork(), m4);
    const other = await toolchain.build(tinyNetwork({ weightBytes: 65 }), m4);
    expect(other.buildHash).not.toBe(one.buildHash);
    expect(other.sizes.weightBytes).toBe(65);
  });

  it('takes an image that it has from the cache', async () => {
    const code = tinyNetwork({ rounds: 77 });
    const first = await toolchain.build(code, m4);
    const made = await stat(first.elfPath);
    const stages: string[] = [];
    const second = await toolchain.build(code, m4, { onStage: (stage) => stages.push(stage) });
    expect(second).toEqual(first);
    expect(stages).toEqual(['archive']);
    expect((await stat(second.elfPath)).mtimeMs).toBe(made.mtimeMs);
  });

  it('builds a damaged image again', async () => {
    const code = tinyNetwork({ rounds: 78 });
    const first = await toolchain.build(code, m4);
    const whole = await readFile(first.elfPath);
    await truncate(first.elfPath, 5000);
    const second = await toolchain.build(code, m4);
    expect(await readFile(second.elfPath)).toEqual(whole);
  });

  it('builds the same image many times at once', async () => {
    const others = [1, 2, 3].map(() => createToolchain({ cacheDir }));
    const code = tinyNetwork({ rounds: 79 });
    const images = await Promise.all([toolchain, ...others].map((one) => one.build(code, m4)));
    expect(new Set(images.map((image) => image.buildHash)).size).toBe(1);
    expect(await readdir(path.join(cacheDir, 'scratch'))).toEqual([]);
  });

  it('shows file and line of a mistake', async () => {
    const code = tinyNetwork({ name: 'wrong', extra: 'int x = nothing;' });
    await expect(toolchain.build(code, m4)).rejects.toMatchObject({
      code: 'TOOLCHAIN_COMPILE_FAILED',
      message: expect.stringMatching(/^Source\/genModel\.c:13: .nothing. undeclared/) as string,
      context: { file: 'Source/genModel.c', line: 13 },
    });
    expect(await readdir(path.join(cacheDir, 'scratch'))).toEqual([]);
  });

  it('names what the linker misses', async () => {
    const code = tinyNetwork({ declarations: 'extern void tf_missing(void);', extra: 'tf_missing();' });
    await expect(toolchain.build(code, m4)).rejects.toMatchObject({
      code: 'TOOLCHAIN_LINK_FAILED',
      message: expect.stringContaining("undefined reference to `tf_missing'") as string,
    });
  });

  it('refuses an arena that does not fit', async () => {
    const code = tinyNetwork({ name: 'wide', arenaBytes: 150_000 });
    await expect(toolchain.build(code, findTarget('stm32f405'))).rejects.toMatchObject({
      code: 'IMAGE_TOO_LARGE',
      message: expect.stringMatching(
        /^wide does not fit stm32f405: flash \d+ of 1048576 bytes, SRAM 15\d{4} of 131072 bytes \(150000 of them arena\)$/,
      ) as string,
    });
  });

  it('refuses weights that do not fit', async () => {
    const code = tinyNetwork({ name: 'heavy', weightBytes: 1_100_000 });
    await expect(toolchain.build(code, findTarget('stm32f405'))).rejects.toMatchObject({
      code: 'IMAGE_TOO_LARGE',
      context: { flash: { availableBytes: 1_048_576 } },
      message: expect.stringMatching(
        /^heavy does not fit stm32f405: flash 11\d{5} of 1048576 bytes/,
      ) as string,
    });
  });

  it('names a compiler that is not there', async () => {
    const without = createToolchain({ cacheDir, compilerPrefix: 'arm-no-such-' });
    await expect(without.build(tinyNetwork(), m4)).rejects.toMatchObject({
      code: 'TOOLCHAIN_MISSING',
      message: expect.stringMatching(/^arm-no-such-gcc was not found, .*gcc-arm-none-eabi/) as string,
    });
  });

  it('stops when it is interrupted', async () => {
    const controller = new AbortController();
    const code = tinyNetwork({ rounds: 80 });
    const build = toolchain.build(code, m4, { signal: controller.signal, onStage: () => controller.abort() });
    await expect(build).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});
