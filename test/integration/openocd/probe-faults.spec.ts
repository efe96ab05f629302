import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '#core';
import { tinyFirmware, type TinyFirmware } from '../bench/tiny-firmware.ts';
import { faultyBoard, noticed, type FaultyBoard } from './faulty-board.ts';

let board: FaultyBoard;
let firmware: TinyFirmware;

beforeAll(async () => {
  [board, firmware] = await Promise.all([faultyBoard('probe-faults'), tinyFirmware('probe', 20_000)]);
});

afterEach(async () => {
  board.simulated.faults.clear();
  await board.simulated.settled();
});

afterAll(async () => {
  await board.bench.down();
  await firmware.remove();
});

async function expectCause(code: string, message: RegExp): Promise<void> {
  board.records.holds(board.entry.name, undefined);
  const failure = await noticed(board.flash(firmware, 'probe'));
  expect(failure).toMatchObject({ code, blame: 'board', message: expect.stringMatching(message) as string });
  expect(failure.afterMs).toBeLessThan(10_000);
}

/** The fault gone, the board is as good as before. */
async function expectRecovery(): Promise<void> {
  board.simulated.faults.clear();
  await board.simulated.settled();
  expect(await board.flash(firmware, 'probe')).toMatchObject({ isSkipped: false });
  expect(Buffer.from(board.simulated.flash.subarray(0, firmware.bytes.length))).toEqual(firmware.bytes);
}

describe('probe faults', () => {
  it('the probe is not there', async () => {
    board.simulated.faults.set({ probe: 'absent' });
    await board.simulated.settled();
    await expectCause('PROBE_NOT_FOUND', /Failed to connect/);
    await expectRecovery();
  });

  it('the probe vanishes while flash is written', async () => {
    board.simulated.faults.on('program', () => board.simulated.faults.set({ probe: 'absent' }), 2000);
    await expectCause('PROBE_LOST', /remote_bitbang|Assertion|exit code 134|SIGABRT/);
    await expectRecovery();
  });

  it('the probe resets while flash is written', async () => {
    board.simulated.faults.on('program', () => board.simulated.breakProbe('reset'), 2000);
    await expectCause('PROBE_LOST', /reset by peer|remote_bitbang/);
    await expectRecovery();
  });

  it('the probe freezes while flash is written', async () => {
    board.simulated.faults.on('program', () => board.simulated.faults.set({ probe: 'frozen' }), 2000);
    await expectCause('PROBE_FROZEN', /has not answered for 7000 ms/);
    await expectRecovery();
  });

  it('the probe is frozen from the start', async () => {
    board.simulated.faults.set({ probe: 'frozen' });
    await expectCause('PROBE_FROZEN', /has not answered/);
    await expectRecovery();
  });

  it('TDO is stuck low', async () => {
    board.simulated.faults.set({ tdo: 'stuck-low' });
    await expectCause('JTAG_STUCK', /all zeroes/);
    await expectRecovery();
  });

  it('TDO is stuck high', async () => {
    board.simulated.faults.set({ tdo: 'stuck-high' });
    await expectCause('JTAG_STUCK', /all ones/);
    await expectRecovery();
  });

  it('the debug port waits for ever', async () => {
    board.simulated.faults.set({ dapWaits: true });
    await expectCause('DAP_STUCK', /WAIT recovery/);
    await expectRecovery();
  });

  it('the debug port begins to wait while flash is written', async () => {
    board.simulated.faults.on('program', () => board.simulated.faults.set({ dapWaits: true }), 2000);
    await expectCause('DAP_STUCK', /WAIT recovery/);
    await expectRecovery();
  });

  it('the id code is a wrong one', async () => {
    board.simulated.faults.set({ idCode: 0x2ba01477 });
    await expectCause('CHIP_ID_UNEXPECTED', /UNEXPECTED: 0x2ba01477/);
    await expectRecovery();
  });

  it('another debugger has the probe, which is to be had at a port and at a socket', async () => {
    let second: Promise<unknown> | undefined;
    board.simulated.faults.on('program', () => {
      const probe = `adapter driver remote_bitbang; remote_bitbang host ${board.simulated.probeSocket}; remote_bitbang port 0`;
      second = noticed(
        runProgram('openocd', ['-c', probe, '-f', 'target/stm32f4x.cfg', '-c', 'init; shutdown'], {
          deadlineMs: 9000,
        }),
      ).catch(() => 'no failure');
    });
    board.records.holds(board.entry.name, undefined);
    await board.flash(firmware, 'other');
    expect(await second).toMatchObject({ code: 'PROGRAM_FAILED' });
    expect(Buffer.from(board.simulated.flash.subarray(0, firmware.bytes.length))).toEqual(firmware.bytes);
  });
});
