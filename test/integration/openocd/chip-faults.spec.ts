import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock, spawnLongRunning } from '#core';
import { flashBoard } from '#devices';
import { findTarget } from '#targets';
import { tinyFirmware, type TinyFirmware } from '../bench/tiny-firmware.ts';
import { faultyBoard, noticed, type FaultyBoard } from './faulty-board.ts';

let board: FaultyBoard;
let firmware: TinyFirmware;

beforeAll(async () => {
  [board, firmware] = await Promise.all([faultyBoard('chip-faults'), tinyFirmware('chip', 20_000)]);
});

afterEach(() => board.simulated.faults.clear());

afterAll(async () => {
  await board.bench.down();
  await firmware.remove();
});

async function expectCause(code: string, message: RegExp): Promise<void> {
  board.records.holds(board.entry.name, undefined);
  const failure = await noticed(board.flash(firmware, 'chip'));
  expect(failure).toMatchObject({ code, blame: 'board', message: expect.stringMatching(message) as string });
  expect(failure.afterMs).toBeLessThan(10_000);
}

async function expectRecovery(): Promise<void> {
  board.simulated.faults.clear();
  expect(await board.flash(firmware, 'chip')).toMatchObject({ isSkipped: false });
  expect(Buffer.from(board.simulated.flash.subarray(0, firmware.bytes.length))).toEqual(firmware.bytes);
}

describe('chip faults', () => {
  it('a sector is worn', async () => {
    board.simulated.faults.set({ wornSectors: [1] });
    await expectCause('FLASH_WORN', /failed erasing sectors 1 to 1/);
    await expectRecovery();
  });

  it('a bit of flash is stuck low', async () => {
    const offsetBytes = firmware.bytes.findIndex((byte) => (byte & 1) !== 0);
    board.simulated.faults.set({ stuckBits: [{ offsetBytes, bit: 0, value: 0 }] });
    await expectCause('FLASH_VERIFY_MISMATCH', /differ/);
    await expectRecovery();
  });

  it('a bit of flash is stuck high', async () => {
    const offsetBytes = firmware.bytes.findIndex((byte) => (byte & 4) === 0);
    board.simulated.faults.set({ stuckBits: [{ offsetBytes, bit: 2, value: 1 }] });
    await expectCause('FLASH_VERIFY_MISMATCH', /differ/);
    await expectRecovery();
  });

  it('a sector is write-protected', async () => {
    board.simulated.faults.set({ protectedSectors: [0] });
    await expectCause('FLASH_PROTECTED', /protected/);
    await expectRecovery();
  });

  it('another chip is on the board', async () => {
    board.simulated.faults.set({ deviceId: 0x2003_6410 });
    await expectCause('CHIP_WRONG', /Cannot identify target as a STM32 family/);
    await expectRecovery();
  });

  it("the neighbour's unique id answers, since two cables are swapped", async () => {
    board.simulated.faults.set({ uid: 'ffeeddccbbaa998877665544' });
    await expectCause(
      'CHIP_UID_MISMATCH',
      /answers with the unique id ffeeddccbbaa998877665544, expected [0-9a-f]{24}/,
    );
    const before = [...board.simulated.erasures];
    await noticed(board.flash(firmware, 'chip'));
    expect(board.simulated.erasures).toEqual(before);
    await expectRecovery();
  });

  it('flash is slow, and healthy', async () => {
    board.simulated.faults.set({ eraseMs: 700 });
    board.records.holds(board.entry.name, undefined);
    expect(await board.flash(firmware, 'slow')).toMatchObject({ isSkipped: false, erasedSectors: [0, 1] });
  });

  it('the image lies outside of flash', async () => {
    const target = findTarget('stm32f405');
    const small = { ...target, flash: { ...target.flash, sizeBytes: 16 * 1024 } };
    const failure = await noticed(
      flashBoard({ spawn: spawnLongRunning, clock: systemClock }, board.records, {
        board: board.entry,
        target: small,
        elfPath: firmware.elfPath,
        buildHash: 'large',
      }),
    );
    expect(failure).toMatchObject({ code: 'IMAGE_MISPLACED', blame: 'candidate' });
  });
});
