import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { silentLogger, systemClock } from '#core';
import { createFakeCompiler, createFakeRunner, Farm, MemoryRepository } from '#farm';

import { boardRecordsIn, type KeptRecords } from '../../wiring/board-records-file.ts';
import { Quarantines } from './quarantines.ts';

let folder: string;
let records: KeptRecords;
/** Another process measures on the board. */
let isHeldElsewhere: boolean;
/** What holding the board waits for. */
let lock: Promise<void>;
let farm: Farm;
let stop: () => Promise<void>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tinyfarm-quarantines-'));
  records = boardRecordsIn(folder);
  isHeldElsewhere = false;
  lock = Promise.resolve();
});

afterEach(async () => {
  await farm.stop();
  await stop();
  await rm(folder, { recursive: true });
});

const why = { code: 'JTAG_STUCK', reason: 'all ones', since: '2026-01-01T00:00:00.000Z' };

async function open(): Promise<void> {
  const hold = async (): Promise<(() => Promise<void>) | undefined> => {
    await lock;
    return isHeldElsewhere ? undefined : () => Promise.resolve();
  };
  const quarantines = new Quarantines(records, [{ id: 'left', hold }], 10);
  farm = await Farm.open(
    {
      repository: new MemoryRepository(),
      runner: createFakeRunner(),
      compiler: createFakeCompiler(),
      clock: systemClock,
      logger: silentLogger,
      sentinelOf: () => undefined,
      onFatal: (error) => {
        throw error;
      },
    },
    [
      {
        id: 'left',
        target: 'stm32f405',
        fidelity: 'emulated',
        bench: 'here',
        tags: [],
        quarantine: quarantines.reasonFor('left'),
      },
    ],
  );
  stop = quarantines.follow(farm, silentLogger);
}

function health(): string {
  const { health: now, reason } = farm.boards()[0]!;
  return `${now}: ${reason}`;
}

test('what a command line has put in quarantine before, or puts there meanwhile, gets no work', async () => {
  records.quarantine('left', why);
  await open();
  expect(health()).toBe('bad: JTAG_STUCK: all ones');
  records.quarantine('left', undefined);
  await expect.poll(health).toMatch(/^good: /);
  records.quarantine('left', { ...why, since: '2026-01-02T00:00:00.000Z' });
  await expect.poll(health).toBe('bad: JTAG_STUCK: all ones');
});

test('what the farm has found is found by the command line, and lifted by whichever lifts it', async () => {
  await open();
  await farm.setHealth('left', 'bad', 'its sentinel failed');
  await expect.poll(() => records.quarantineOf('left')?.reason).toBe('its sentinel failed');
  await farm.setHealth('left', 'good', 'by hand');
  await expect.poll(() => records.quarantineOf('left')).toBeUndefined();
  expect(health()).toBe('good: by hand');
});

test('a record is written only while nobody else has the board, and what else it holds is kept', async () => {
  records.holds('left', 'cafe');
  await open();
  isHeldElsewhere = true;
  await farm.setHealth('left', 'bad', 'its sentinel failed');
  records.erased('left', 3);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(records.quarantineOf('left')).toBeUndefined();
  expect(health()).toBe('bad: its sentinel failed');
  isHeldElsewhere = false;
  await expect.poll(() => records.quarantineOf('left')?.reason).toBe('its sentinel failed');
  expect([records.heldImage('left'), records.erasures('left')]).toEqual(['cafe', { 3: 1 }]);
});

test('a lift that the farm takes back while it waits for the board is not written', async () => {
  records.quarantine('left', why);
  await open();
  let giveBoard = (): void => {};
  lock = new Promise((resolve) => {
    giveBoard = resolve;
  });
  await farm.setHealth('left', 'good', 'by hand');
  await new Promise((resolve) => setTimeout(resolve, 50));
  await farm.setHealth('left', 'bad', 'its sentinel failed');
  giveBoard();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(records.quarantineOf('left')).toEqual(why);
  expect(health()).toBe('bad: its sentinel failed');
});

test('a record that cannot be written does not keep the server from its end', async () => {
  await open();
  await writeFile(join(folder, 'file'), '');
  const nowhere = boardRecordsIn(join(folder, 'file'));
  records.quarantine = (board, reason) => nowhere.quarantine(board, reason);
  await farm.setHealth('left', 'bad', 'its sentinel failed');
  await expect(stop()).resolves.toBeUndefined();
  expect(records.quarantineOf('left')).toBeUndefined();
});
