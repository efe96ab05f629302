import { beforeAll, describe, expect, it } from 'vitest';
import { targets, type Target } from '#targets';
import type { Toolchain } from '#toolchain';
import { tinyNetwork } from '../toolchain/tiny-network.ts';
import { decimal, QemuConsole, sharedToolchain } from './qemu-console.ts';

let toolchain: Toolchain;
const emulated = targets.filter((target) => target.qemu !== undefined);

beforeAll(async () => {
  toolchain = await sharedToolchain(emulated);
});

interface Counts {
  readonly ticks: number[];
  readonly loop: number;
  readonly add: number;
  readonly overhead: number;
}

/** The loop is one load, two instructions a round, and a return, which the empty window has too. */
function loopInstructions(rounds: number): number {
  return 1 + 2 * rounds;
}

function instructions(ticks: number, target: Target): number {
  const { icountShift, tickHz } = target.qemu!;
  return Math.round((ticks * 1e9) / (tickHz * 2 ** icountShift));
}

async function count(target: Target, rounds: number): Promise<Counts> {
  const image = await toolchain.build(tinyNetwork({ rounds }), target);
  const { console } = await QemuConsole.boot(image);
  try {
    await console.command('tf-hello 00c0ffee');
    await console.command('tf-fill 1');
    const runs = await console.frames('tf-run 3 1');
    const layers = await console.frames('tf-layers');
    const [overhead] = await console.frames('tf-overhead');
    const net = (ticks: number): number =>
      instructions(ticks, target) - instructions(decimal(overhead!, 'ticks'), target);
    return {
      ticks: runs.map((run) => decimal(run, 'ticks')),
      loop: net(decimal(layers[0]!, 'ticks')),
      add: net(decimal(layers[1]!, 'ticks')),
      overhead: instructions(decimal(overhead!, 'ticks'), target),
    };
  } finally {
    await console.stop();
  }
}

describe.for(emulated)('instructions counted on $name', (target) => {
  // 100 million instructions are 38 to 64 wraps of SysTick, whose interrupts must not count.
  it.for([10, 100_003, 50_000_000])('are exact for a loop of %d rounds', async (rounds) => {
    const counts = await count(target, rounds);
    expect(counts.loop).toBe(loopInstructions(rounds));
    expect(counts.add).toBeGreaterThan(10);
    expect(counts.add).toBeLessThan(200);
    expect(counts.overhead).toBeLessThan(30);
  });

  it('are the same on every run and in every repeat, to the tick', async () => {
    const first = await count(target, 3_000_000);
    const second = await count(target, 3_000_000);
    expect(second).toEqual(first);
    expect(new Set(first.ticks).size).toBe(1);
  });
});
