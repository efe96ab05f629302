import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseBoardList } from '#targets';
import { readConfig } from '../../../apps/config.ts';
import { holdBoard } from '../../../apps/wiring/boards.ts';

let home: string;

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'tinyfarm-holding-test-'));
});

afterAll(() => rm(home, { recursive: true }));

it('one process holds two boards, each against others, and lets go of each by itself', async () => {
  const config = readConfig({ TINYFARM_HOME: home });
  const entry = (name: string): string =>
    `  - { name: ${name}, target: stm32f405, openocdFile: a.cfg, tty: /dev/a, probe: { interface: b.cfg } }`;
  const [one, two] = parseBoardList(`boards:\n${entry('one')}\n${entry('two')}\n`, 'boards.yaml');
  const letGoOfOne = await holdBoard(one!, config);
  const letGoOfTwo = await holdBoard(two!, config);
  expect(await holdBoard(one!, config)).toBeUndefined();
  await letGoOfOne!();
  expect(await holdBoard(two!, config)).toBeUndefined();
  await letGoOfTwo!();
  expect(await readdir(path.join(home, 'boards'))).toEqual([]);
  await (await holdBoard(two!, config))!();
});
