import { beforeAll, describe, expect, it } from 'vitest';
import { fnv1aHex, seededBytes } from '#core';
import { findTarget } from '#targets';
import type { Toolchain } from '#toolchain';
import { tinyNetwork, tinyOutput, type TinyNetworkOptions } from '../toolchain/tiny-network.ts';
import { decimal, QemuConsole, sharedToolchain } from './qemu-console.ts';

const target = findTarget('stm32f405');
let toolchain: Toolchain;

beforeAll(async () => {
  toolchain = await sharedToolchain([target]);
});

async function marks(
  options: TinyNetworkOptions,
  run = 'tf-run 1 2',
): Promise<{ stack: number; arena: number }> {
  const { console } = await QemuConsole.boot(await toolchain.build(tinyNetwork(options), target));
  try {
    await console.command('tf-fill 4');
    await console.command(run);
    const [memory] = await console.frames('tf-memory');
    return { stack: decimal(memory!, 'stack'), arena: decimal(memory!, 'arena') };
  } finally {
    await console.stop();
  }
}

/** Takes `bytes` of stack and writes the far end of it. */
function usingStack(bytes: number): string {
  return `volatile char room[${bytes}]; room[0] = 1; (void)room[0];`;
}

describe('the high-water mark of the stack', () => {
  it('rises by what a layer takes more', async () => {
    const { stack } = await marks({ extra: usingStack(2256) });
    for (const bytes of [200, 256, 512]) {
      // At 256 and 512 the one byte written equals one of the two paints.
      expect((await marks({ extra: usingStack(bytes) })).stack).toBe(stack - 2256 + bytes);
    }
    expect(stack).toBeLessThan(2256 + 512);
  });

  it('does not hold what the counter pushed, when there was a warm-up', async () => {
    // Long enough for SysTick to interrupt the deepest place.
    const spin = 'for (volatile int i = 0; i < 1000000; i++) { }';
    const idle = await marks({ extra: usingStack(512) + spin.replace('1000000', '1') });
    const interrupted = await marks({ extra: usingStack(512) + spin });
    expect(interrupted.stack).toBe(idle.stack);
  });
});

describe('the high-water mark of the arena', () => {
  it.for([1010, 1011, 2047, 4096])('ends with the last byte written, at %d', async (end) => {
    expect((await marks({ extra: `tinyfarm_arena_buffer[${end - 1}] = 0;` })).arena).toBe(end);
  });

  it('sees a byte that equals the paint', async () => {
    // Rewrites what it finds in the first run, so that one pattern alone would show nothing.
    const declarations = 'static int seen, kept;';
    const extra = `if (!seen++) { kept = tinyfarm_arena_buffer[3000]; } tinyfarm_arena_buffer[3000] = (int8_t)kept;`;
    expect((await marks({ declarations, extra })).arena).toBe(3001);
  });
});

describe('an input for which there is no room twice', () => {
  // 131,072 bytes less the stacks and static data leave room for this arena, but not for 100 bytes more.
  const arenaBytes = 125_500;

  it('goes straight into the tensor, for one run', async () => {
    const image = await toolchain.build(tinyNetwork({ arenaBytes }), target);
    const free =
      target.sram.sizeBytes - arenaBytes - image.sizes.staticBytes - image.sizes.stackReservedBytes;
    expect(free).toBeLessThan(100);
    const { console } = await QemuConsole.boot(image);
    try {
      const input = seededBytes(100, 21);
      const load = `tf-load 0 ${Buffer.from(input.buffer).toString('hex')}`;
      expect(await console.command('tf-run 1 0')).toEqual([
        'e-[No input, expected tf-fill or tf-load first]',
      ]);
      await console.command(load);
      expect(await console.command('tf-run 1 1')).toEqual([
        'e-[No room to keep the input, expected one inference after each load]',
      ]);
      await console.frames('tf-run 1 0');
      const [, output] = await console.frames('tf-output');
      expect(output!.fields['fnv1a']).toBe(fnv1aHex(tinyOutput(input)));
      expect(await console.command('tf-run 1 0')).toEqual([
        'e-[No input, expected tf-fill or tf-load first]',
      ]);
      await console.command(load);
      await console.frames('tf-run 1 0');
      const [memory] = await console.frames('tf-memory');
      expect(decimal(memory!, 'arena')).toBe(1010);
      await console.command('tf-fill 21');
      expect(await console.frames('tf-run 8 2')).toHaveLength(8);
    } finally {
      await console.stop();
    }
  });
});
