import { access, mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runProgram, systemClock } from '#core';
import { createQemuDevice, openConsole, type RunningDevice, type SerialConsole } from '#devices';
import { findTarget, targets } from '#targets';
import type { Image, Toolchain } from '#toolchain';
import { sharedToolchain } from '../harness/qemu-console.ts';
import { tinyNetwork } from '../toolchain/tiny-network.ts';

const emulated = targets.filter((target) => target.qemu !== undefined);
const m4 = findTarget('mps2-an386');
const clock = systemClock;
let toolchain: Toolchain;
let image: Image;
let workDir: string;
const started: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  toolchain = await sharedToolchain(emulated);
  image = await toolchain.build(tinyNetwork(), m4);
  workDir = await mkdtemp(path.join(tmpdir(), 'tinyfarm-devices-test-'));
});

afterEach(async () => {
  await Promise.all(started.splice(0).map((device) => device.stop()));
});

afterAll(() => rm(workDir, { recursive: true }));

async function start(of: Image = image, target = m4): Promise<RunningDevice> {
  const running = await createQemuDevice({ target, clock, workDir }).start(of);
  started.push(running);
  return running;
}

/** The next line that starts so. */
function nextLine(console: SerialConsole, prefix: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${prefix}, but ${console.log.text()}`)), 5000);
    const end = console.onLine(({ text }) => {
      if (text.startsWith(prefix)) {
        clearTimeout(timer);
        end();
        resolve(text);
      }
    });
  });
}

describe.for(emulated)('QEMU as $name', (target) => {
  it('gives a tty, and nothing is lost before it is opened', async () => {
    const running = await start(await toolchain.build(tinyNetwork(), target), target);
    const console = await openConsole({ path: running.ttyPath, baudRate: running.baudRate, clock });
    const boot = nextLine(console, '$00000000,0,boot,');
    await running.run();
    await boot;
    const name = nextLine(console, 'm-name-');
    await console.write('name%');
    expect(await name).toBe(`m-name-${target.name}-[tinyfarm]`);
    await console.close();
    expect(running.provenance['qemu']).toMatch(/^QEMU \d+\.\d+\.\d+/);
  });
});

describe('a running QEMU', () => {
  it('is ready within a second, though other tests run beside', async () => {
    await start();
    const times: number[] = [];
    for (let i = 0; i < 3; i++) {
      const startedMs = clock.monotonicMs();
      await start();
      times.push(clock.monotonicMs() - startedMs);
    }
    expect(Math.min(...times)).toBeLessThan(1000);
  });

  it('has a tty that can be closed and opened again', async () => {
    const running = await start();
    for (let i = 0; i < 3; i++) {
      const console = await openConsole({ path: running.ttyPath, baudRate: 115_200, clock });
      if (i === 0) {
        const ready = nextLine(console, 'm-ready');
        await running.run();
        await ready;
      }
      const name = nextLine(console, 'm-name-');
      await console.write('name%');
      expect(await name).toBe('m-name-mps2-an386-[tinyfarm]');
      await console.close();
    }
  });

  it('tells its registers, before and after it runs, and goes on', async () => {
    const running = await start();
    expect(await running.inspect()).toMatch(/^pc 0x[0-9a-f]{8}, lr 0xffffffff, in thread mode$/);
    const console = await openConsole({ path: running.ttyPath, baudRate: 115_200, clock });
    const ready = nextLine(console, 'm-ready');
    await running.run();
    await ready;
    expect(await running.inspect()).toMatch(/^pc 0x0000[0-9a-f]{4}, lr 0x[0-9a-f]{8}, in thread mode$/);
    const name = nextLine(console, 'm-name-');
    await console.write('name%');
    await name;
  });

  it('closes the console and says why when it is killed', async () => {
    const running = await start();
    const console = await openConsole({ path: running.ttyPath, baudRate: 115_200, clock });
    await running.run();
    process.kill(await pidOfQemu(path.dirname(running.ttyPath)), 'SIGKILL');
    expect(await running.gone).toBe('qemu-system-arm ended with signal SIGKILL');
    expect(await console.closed).toMatch(/^the port went away/);
  });

  it('can be stopped twice, and leaves no process and no folder', async () => {
    const running = await start();
    const folder = path.dirname(running.ttyPath);
    const pid = await pidOfQemu(folder);
    await Promise.all([running.stop(), running.stop()]);
    await running.stop();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    await expect(access(folder)).rejects.toThrow('ENOENT');
    expect(await readdir(workDir)).toEqual([]);
    expect(await running.inspect()).toBeUndefined();
  });
});

describe('a QEMU that cannot be started', () => {
  it('is missing', async () => {
    const device = createQemuDevice({ target: m4, clock, workDir, qemuProgram: 'qemu-system-none' });
    await expect(device.start(image)).rejects.toMatchObject({
      code: 'PROGRAM_MISSING',
      message: 'qemu-system-none was not found, expected it on the PATH',
    });
  });

  it('lacks socat', async () => {
    const device = createQemuDevice({ target: m4, clock, workDir, socatProgram: 'socat-none' });
    await expect(device.start(image)).rejects.toMatchObject({
      code: 'PROGRAM_MISSING',
      message: 'socat-none was not found, expected it on the PATH',
    });
  });

  it('says what QEMU says of a missing image', async () => {
    const device = createQemuDevice({ target: m4, clock, workDir });
    await expect(device.start({ ...image, elfPath: '/nowhere/firmware.elf' })).rejects.toMatchObject({
      code: 'DEVICE_START_FAILED',
      message: expect.stringContaining("'/nowhere/firmware.elf'") as string,
    });
  });

  it('says what QEMU says of an unknown machine', async () => {
    const target = { ...m4, qemu: { ...m4.qemu!, machine: 'pdp-11' } };
    await expect(createQemuDevice({ target, clock, workDir }).start(image)).rejects.toMatchObject({
      code: 'DEVICE_START_FAILED',
      message: 'qemu-system-arm ended with exit code 1: qemu-system-arm: unsupported machine type',
    });
    expect(await readdir(workDir)).toEqual([]);
  });

  it('was interrupted', async () => {
    const controller = new AbortController();
    const device = createQemuDevice({ target: m4, clock, workDir });
    const starting = device.start(image, { signal: controller.signal });
    controller.abort();
    await expect(starting).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(await readdir(workDir)).toEqual([]);
  });

  it('has no machine of that kind', () => {
    const { qemu: _, ...target } = m4;
    expect(() => createQemuDevice({ target, clock })).toThrow('mps2-an386 has no machine in QEMU');
  });
});

async function pidOfQemu(folder: string): Promise<number> {
  const { stdout } = await runProgram('pgrep', ['-x', 'qemu-system-arm'], { deadlineMs: 5000 });
  for (const pid of stdout.trim().split('\n').map(Number)) {
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '');
    if (cwd === folder) {
      return pid;
    }
  }
  throw new Error(`no QEMU in ${folder}`);
}
