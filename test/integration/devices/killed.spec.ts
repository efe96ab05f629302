import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '#core';
import { createQemuDevice } from '#devices';
import { findTarget } from '#targets';
import type { Image } from '#toolchain';
import { sharedToolchain } from '../harness/qemu-console.ts';
import { tinyNetwork } from '../toolchain/tiny-network.ts';

const m4 = findTarget('mps2-an386');
let image: Image;
let workDir: string;

beforeAll(async () => {
  image = await (await sharedToolchain([m4])).build(tinyNetwork(), m4);
  workDir = await mkdtemp(path.join(tmpdir(), 'tinyfarm-killed-test-'));
});

afterAll(() => rm(workDir, { recursive: true }));

/** Processes that work in a folder. */
async function processesIn(folder: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const places = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => '')));
  return pids.filter((_, i) => places[i] === folder);
}

it('a killed process leaves no emulator behind, and its folder goes at the next start', async () => {
  const script = fileURLToPath(new URL('killed-parent.mjs', import.meta.url));
  const parent = spawn(process.execPath, [script, image.elfPath, workDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [tty] = (await once(parent.stdout, 'data')) as [Buffer];
  const folder = path.dirname(tty.toString().trim());
  expect(await processesIn(folder)).toHaveLength(2);

  parent.kill('SIGKILL');
  await once(parent, 'exit');
  await expect.poll(() => processesIn(folder), { timeout: 2000, interval: 50 }).toEqual([]);
  await access(folder);

  const unknown = path.join(workDir, 'tinyfarm-qemu-of-nobody');
  await mkdir(unknown);
  const running = await createQemuDevice({ target: m4, clock: systemClock, workDir }).start(image);
  try {
    const names = [path.basename(path.dirname(running.ttyPath)), path.basename(unknown)];
    expect((await readdir(workDir)).toSorted()).toEqual(names.toSorted());
  } finally {
    await running.stop();
  }
}, 30_000);
