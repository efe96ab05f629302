import { SerialPort } from 'serialport';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { spawnLongRunning, systemClock } from '#core';
import { runOpenocd } from '#devices';
import { SerialLine } from '../bench/serial-line.ts';
import { tinyFirmware, type TinyFirmware } from '../bench/tiny-firmware.ts';
import { faultyBoard, type FaultyBoard } from './faulty-board.ts';

let board: FaultyBoard;
let older: TinyFirmware;
let newer: TinyFirmware;
let line: SerialLine;

beforeAll(async () => {
  [board, older, newer] = await Promise.all([
    faultyBoard('core-faults', 'host'),
    tinyFirmware('older'),
    tinyFirmware('newer'),
  ]);
  await board.flash(older, 'older');
});

beforeEach(async () => {
  line = await SerialLine.open(board.simulated.ttyPath);
  await boots('older');
});

afterEach(async () => {
  board.simulated.faults.clear();
  await line.close();
});

afterAll(async () => {
  await board.bench.down();
  await Promise.all([older.remove(), newer.remove()]);
});

/** A reset through the probe, and what the firmware says then. */
async function boots(greeting: string): Promise<string> {
  line.forget();
  await runOpenocd(
    { spawn: spawnLongRunning, clock: systemClock },
    board.entry,
    'init; reset halt; resume; shutdown',
  );
  const said = await line.until((text) => text.includes(`${greeting}\r\n`));
  line.forget();
  return said;
}

async function ask(letter: string): Promise<string> {
  line.forget();
  line.send(letter);
  return (await line.until((text) => text.includes('\n'))).trim();
}

interface Reading {
  readonly hostMs: number;
  readonly boardMs: number;
}

/** The board's time and the host's, at the same moment but for half of the quickest of some round trips. */
async function bothClocks(): Promise<Reading> {
  const readings: (Reading & { tripMs: number })[] = [];
  for (let i = 0; i < 12; i++) {
    const from = performance.now();
    const boardMs = Number.parseInt(await ask('t'), 16) / 1000;
    const to = performance.now();
    readings.push({ hostMs: (from + to) / 2, boardMs, tripMs: to - from });
  }
  return readings.sort((a, b) => a.tripMs - b.tripMs)[0]!;
}

/** How fast the board's clock goes against the host's, over a while. */
async function clockRate(): Promise<number> {
  const start = await bothClocks();
  await systemClock.sleep(1500);
  const end = await bothClocks();
  return (end.boardMs - start.boardMs) / (end.hostMs - start.hostMs);
}

describe('core and line faults', () => {
  it('the core hangs: silence, until a reset', async () => {
    await board.simulated.hang();
    line.send('z');
    await systemClock.sleep(200);
    expect(line.text).toBe('');
    await boots('older');
    line.send('z');
    expect(await line.until((text) => text !== '')).toBe('z');
  });

  it('the core goes astray: the fault handler reports, until a reset', async () => {
    await board.simulated.crash();
    expect(await line.until((text) => text.includes('\n'))).toMatch(/^fault [0-9a-f]{8}/);
    await boots('older');
  });

  it('the supply dips: the core boots unasked', async () => {
    await board.simulated.brownOut();
    expect(await line.until((text) => text.includes('\n'))).toBe('older\r\n');
  });

  it('bytes are dropped', async () => {
    board.simulated.faults.set({ line: { dropRate: 0.2, flipRate: 0, baudMismatch: false } });
    line.send('abcdefghij'.repeat(10));
    await systemClock.sleep(300);
    expect(line.text.length).toBeGreaterThan(0);
    expect(line.text.length).toBeLessThan(100);
    board.simulated.faults.clear();
    expect(await ask('u')).toBe(board.simulated.uid);
  });

  it('bytes are flipped', async () => {
    board.simulated.faults.set({ line: { dropRate: 0, flipRate: 0.3, baudMismatch: false } });
    line.send('a'.repeat(100));
    const text = await line.until((received) => received.length === 100);
    expect(text).not.toBe('a'.repeat(100));
    board.simulated.faults.clear();
    expect(await ask('u')).toBe(board.simulated.uid);
  });

  it('garbage floods the line', async () => {
    board.simulated.flood(3000);
    await line.until((text) => text.length >= 3000);
    expect(await ask('u')).toBe(board.simulated.uid);
  });

  it('the baud rates differ: nothing that arrives is what was sent', async () => {
    board.simulated.faults.set({ line: { dropRate: 0, flipRate: 0, baudMismatch: true } });
    line.send('abc');
    expect(await line.until((text) => text.length === 3)).not.toMatch(/[abc]/);
    board.simulated.faults.clear();
    expect(await ask('u')).toBe(board.simulated.uid);
  });

  it('the serial port vanishes and comes back under another number', async () => {
    const before = await board.simulated.tty.device();
    await board.simulated.tty.renumber();
    await line.until(() => line.isClosed, 5000);
    expect(await board.simulated.tty.device()).not.toBe(before);
    line = await SerialLine.open(board.simulated.ttyPath);
    expect(await ask('u')).toBe(board.simulated.uid);
  });

  it('the serial port is gone', async () => {
    await board.simulated.tty.vanish();
    await line.until(() => line.isClosed, 5000);
    const port = new SerialPort({ path: board.simulated.ttyPath, baudRate: 115_200, autoOpen: false });
    const failure = await new Promise<Error | null>((resolve) => {
      port.open(resolve);
    });
    expect(failure?.message).toMatch(/No such file or directory/);
    await board.simulated.tty.appear();
    line = await SerialLine.open(board.simulated.ttyPath);
    expect(await ask('u')).toBe(board.simulated.uid);
  });

  it("the firmware shows the neighbour's unique id", async () => {
    board.simulated.faults.set({ uid: 'ffeeddccbbaa998877665544' });
    expect(await ask('u')).toBe('ffeeddccbbaa998877665544');
  });

  it('the clock is off by 3 %', async () => {
    // A busy host holds the emulator up now and then, so that a window may have to be measured again.
    const patience = { timeout: 30_000, interval: 1 };
    await expect.poll(async () => Math.abs((await clockRate()) - 1), patience).toBeLessThan(0.01);
    board.simulated.faults.set({ clockSlowBy: 0.03 });
    await expect.poll(async () => Math.abs((await clockRate()) - 0.97), patience).toBeLessThan(0.015);
  });

  it('a stale image survives a flashing that was verified', async () => {
    board.simulated.faults.set({ staleImage: true });
    await board.flash(newer, 'newer');
    expect(await boots('older')).toBe('older\r\n');
    board.simulated.faults.clear();
    expect(await boots('newer')).toBe('newer\r\n');
    await board.flash(older, 'older');
  });
});
