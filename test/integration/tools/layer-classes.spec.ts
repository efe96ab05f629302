import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { seededBytes, systemClock } from '#core';
import { createQemuDevice, provideClassPlugin } from '#devices';
import { classLogName, countClasses, measureOn, windowMarks, withClasses } from '#measurement';
import { findTarget } from '#targets';
import type { Image } from '#toolchain';

import { projectFolder } from '../../support/cli.ts';
import { sharedToolchain } from '../harness/qemu-console.ts';
import { tinyNetwork, tinyOutput } from '../toolchain/tiny-network.ts';

const targets = ['stm32f405', 'mps2-an500'].map(findTarget);
const clock = systemClock;
const sourceDir = join(projectFolder, 'firmware/tools/instruction-classes');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tinyfarm-layer-classes-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

it('the plugin is compiled once for its sources', async () => {
  const first = await provideClassPlugin({ sourceDir, cacheDir: folder });
  expect(await provideClassPlugin({ sourceDir, cacheDir: folder })).toBe(first);
  expect(await readdir(folder)).toHaveLength(1);
});

describe.for(targets)('on $name', (target) => {
  it('the classes of each layer add up to the instructions measured without the plugin, over wraps of the counter', async () => {
    // Five million rounds are ten million instructions: SysTick wraps several times in the first layer.
    const rounds = 5_000_000;
    const image: Image = await (await sharedToolchain(targets)).build(tinyNetwork({ rounds }), target);
    const plugin = await provideClassPlugin({ sourceDir, cacheDir: folder });
    const marks = Object.values(windowMarks(image)) as number[];
    const counting = createQemuDevice({
      target,
      clock,
      plugin: { path: plugin, logName: classLogName, marks },
    });
    const input = { seed: 3 };
    const classes = await countClasses(counting, image, { input, clock });
    const { measurement } = await measureOn(createQemuDevice({ target, clock }), image, {
      candidate: { name: 'tiny', hash: 'c0ffee' },
      input,
      expected: tinyOutput(seededBytes(100, 3)),
      clock,
    });
    const { layers, estimate } = withClasses(measurement, classes);
    // The loop is one load, then a subtraction and a branch a round, of which the last falls through; an empty window returns too.
    expect(layers[0]!.classes).toMatchObject({
      instructions: 1 + 2 * rounds,
      branches: rounds,
      branchesTaken: rounds - 1,
      multiplies: 0,
      stores: 0,
    });
    expect(estimate === undefined).toBe(target.core !== 'cortex-m4');
    expect(() => withClasses(measurement, classes.toReversed())).toThrow('as measured');
  });
});
