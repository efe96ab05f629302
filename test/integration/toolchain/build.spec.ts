import { appendFile, cp, mkdtemp, readdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findTarget, targets } from '#targets';
import { createToolchain, symbolAt, type Toolchain } from '#toolchain';
import { sharedToolchain } from '../harness/qemu-console.ts';
import { tinyNetwork } from './tiny-network.ts';

let cacheDir: string;
let toolchain: Toolchain;
const m4 = findTarget('mps2-an386');

/** A copy of the firmware without the kernels, which the tiny network does not call and which take long to compile. */
let firmwareDir: string;

beforeAll(async () => {
  cacheDir = await mkdtemp(path.join(tmpdir(), 'tinyfarm-build-'));
  firmwareDir = await mkdtemp(path.join(tmpdir(), 'tinyfarm-firmware-'));
  for (const folder of ['harness', 'boards', 'kernels/include']) {
    await cp(path.join('firmware', folder), path.join(firmwareDir, folder), { recursive: true });
  }
  toolchain = createToolchain({ cacheDir, firmwareDir });
});

afterAll(() => Promise.all([cacheDir, firmwareDir].map((dir) => rm(dir, { recursive: true, force: true }))));

describe('the toolchain', () => {
  it('names its compiler', async () => {
    expect(await toolchain.probe()).toMatch(/^arm-none-eabi-gcc .*\d+\.\d+\.\d+/);
  });

  it.for(targets.map((target) => target.name))('builds for %s', async (name) => {
    const target = findTarget(name);
    const whole = await sharedToolchain([target]);
    const image = await whole.build(tinyNetwork(), target);
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
      const there = await createToolchain({ cacheDir: otherDir, firmwareDir }).build(tinyNetwork(), m4);
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
    const others = [1, 2, 3].map(() => createToolchain({ cacheDir, firmwareDir }));
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

  it('shows file and line of a mistake in the firmware', async () => {
    const brokenDir = await mkdtemp(path.join(tmpdir(), 'tinyfarm-broken-'));
    try {
      await cp(firmwareDir, brokenDir, { recursive: true });
      await appendFile(path.join(brokenDir, 'harness/crc16.c'), 'int wrong(void) { return nothing; }\n');
      const broken = createToolchain({ cacheDir, firmwareDir: brokenDir });
      await expect(broken.build(tinyNetwork(), m4)).rejects.toMatchObject({
        code: 'TOOLCHAIN_ARCHIVE_FAILED',
        message: expect.stringMatching(/^harness\/crc16\.c:\d+: .nothing. undeclared/) as string,
      });
    } finally {
      await rm(brokenDir, { recursive: true });
    }
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
    const without = createToolchain({ cacheDir, firmwareDir, compilerPrefix: 'arm-no-such-' });
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
