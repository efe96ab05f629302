import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { spawnLongRunning, systemClock } from '#core';
import { runOpenocd } from '#devices';
import { parseBoardList } from '#targets';
import { noticed } from './faulty-board.ts';

const [board] = parseBoardList(
  'boards: [{ name: one, target: stm32f405, openocdFile: a.cfg, tty: /dev/a, probe: { interface: b.cfg } }]',
  'boards.yaml',
);
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tinyfarm-silence-test-'));
});

afterAll(() => rm(dir, { recursive: true }));

/** Runs a program in OpenOCD's place that may be silent for 0.7 s. */
async function run(script: string): Promise<unknown> {
  const program = path.join(dir, 'program');
  await writeFile(program, `#!/bin/bash\n${script}\n`);
  await chmod(program, 0o755);
  return runOpenocd({ spawn: spawnLongRunning, clock: systemClock, program, silenceMs: 700 }, board!, 'init');
}

it('a program that computes on a busy host, and is silent meanwhile, is left at work', async () => {
  await expect(run('while ((SECONDS < 3)); do :; done')).resolves.toMatchObject({ output: '' });
});

it('a program that waits for its probe is stopped', async () => {
  expect(await noticed(run('exec sleep 60'))).toMatchObject({ code: 'PROBE_FROZEN' });
});
