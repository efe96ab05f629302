import { join } from 'node:path';

import { execa } from 'execa';
import { expect, test } from 'vitest';

import { projectFolder } from '../support/cli.ts';

const script = join(projectFolder, 'scripts/fuzz.mjs');

/** A small part of what `npm run fuzz` does. */
test.for(['tflite', 'genotype', 'subnet', 'serial', 'openocd'])(
  '%s: damage is refused in one line',
  async (name) => {
    const { exitCode, stdout, stderr } = await execa(
      'node',
      [script, name, '--count', '400', '--seed', '11'],
      {
        reject: false,
      },
    );
    expect(stderr.split('\n').filter((line) => line.includes('case '))).toEqual([]);
    expect(stdout).toMatch(
      new RegExp(`^${name}: 400 cases of seed 11, \\d+ accepted, \\d+ refused in one line, 0 failed`),
    );
    expect(exitCode).toBe(0);
  },
);

test('what it is not told is said', async () => {
  const { exitCode, stderr } = await execa('node', [script, 'tflite', '--count', '-3'], { reject: false });
  expect(stderr).toMatch(/^fuzz: .*count/);
  expect(exitCode).toBe(2);
});
