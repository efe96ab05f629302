import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { findTarget, targets } from './catalogue.ts';

describe('findTarget', () => {
  it('finds a target by its name', () => {
    expect(findTarget('mps2-an500')).toMatchObject({ name: 'mps2-an500', core: 'cortex-m7' });
  });

  it('names those there are for one that is not', () => {
    expect(() => findTarget('stm32f999')).toThrow(
      expect.objectContaining({
        code: 'TARGET_UNKNOWN',
        message: expect.stringMatching(
          /^target stm32f999 is unknown, expected one of stm32f405, mps2-an386, /,
        ) as string,
      }),
    );
  });
});

describe.for(targets)('$name', (target) => {
  const folder = new URL(`../../firmware/boards/${target.boardFolder}/`, import.meta.url);

  it('has a name of its own', () => {
    expect(targets.filter((other) => other.name === target.name)).toEqual([target]);
  });

  it('has the memories of its linker script', async () => {
    const script = await readFile(new URL('linker.ld', folder), 'utf8');
    for (const region of [target.flash, target.sram]) {
      const found = new RegExp(`${region.name} \\(\\w+\\) : ORIGIN = 0x([0-9A-F]+), LENGTH = (\\d+)K`).exec(
        script,
      );
      expect(found, `${region.name} in ${script}`).not.toBeNull();
      expect(Number.parseInt(found![1]!, 16)).toBe(region.originBytes);
      expect(Number(found![2]) * 1024).toBe(region.sizeBytes);
    }
  });

  it('has the name, core and clock of its board.h', async () => {
    expect(existsSync(new URL('board.c', folder))).toBe(true);
    const header = await readFile(new URL('board.h', folder), 'utf8');
    expect(header).toContain(`#define BOARD_TARGET "${target.name}"\n`);
    expect(header).toContain(`#define BOARD_CORE "${target.core}"\n`);
    expect(header).toContain(`#define BOARD_CLOCK_HZ ${target.clockHz}u\n`);
  });

  it('ticks several times an instruction in QEMU', () => {
    if (target.qemu !== undefined) {
      const { icountShift, tickHz } = target.qemu;
      // Two readings are each off by less than a tick, and rounding needs less than half an instruction.
      expect((2 ** icountShift * tickHz) / 1e9).toBeGreaterThan(4);
    }
  });
});
