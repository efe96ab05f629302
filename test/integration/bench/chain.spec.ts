import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBench, type Bench, type SimulatedBoard } from '#bench';
import { runProgram } from '#core';
import { SerialLine } from './serial-line.ts';
import { tinyFirmware, type TinyFirmware } from './tiny-firmware.ts';

let bench: Bench;
let board: SimulatedBoard;
let firmware: TinyFirmware;
let line: SerialLine;

/** OpenOCD as a user runs it by hand, without tinyfarm's driver. */
async function openocd(commands: string): Promise<string> {
  const probe = `adapter driver remote_bitbang; remote_bitbang host 127.0.0.1; remote_bitbang port ${board.probePort}`;
  const ports = 'gdb_port disabled; tcl_port disabled; telnet_port disabled';
  const events = 'stm32f4x.cpu configure -event reset-start {}; stm32f4x.cpu configure -event reset-init {}';
  const script = [
    '-c',
    `${probe}; ${ports}`,
    '-f',
    'target/stm32f4x.cfg',
    '-c',
    `${events}; init; ${commands}; shutdown`,
  ];
  const { stdout, stderr } = await runProgram('openocd', script, { deadlineMs: 20_000 });
  return stdout + stderr;
}

beforeAll(async () => {
  bench = await createBench({ boards: [{ name: 'one', uid: '0102030405060708090a0b0c' }] });
  board = bench.board('one');
  [firmware] = await Promise.all([tinyFirmware('hello from flash'), bench.up()]);
  line = await SerialLine.open(board.ttyPath);
});

afterAll(async () => {
  await line.close();
  await bench.down();
  await firmware.remove();
});

describe('a simulated board', () => {
  it('is programmed, verified and reset by OpenOCD, and runs what was programmed', async () => {
    const said = await openocd(
      `reset halt; flash erase_sector 0 0 0; flash write_bank 0 ${firmware.binPath}; ` +
        `echo [flash verify_bank 0 ${firmware.binPath}]; reset run`,
    );
    expect(said).toContain('contents match');
    expect(Buffer.from(board.flash.subarray(0, firmware.bytes.length))).toEqual(firmware.bytes);
    expect(await line.until((text) => text.includes('\n'))).toBe('hello from flash\r\n');
  });

  it('gives its unique id to the firmware', async () => {
    line.forget();
    line.send('u');
    expect(await line.until((text) => text.includes('\n'))).toBe('0102030405060708090a0b0c\r\n');
  });

  it('stops its running core when OpenOCD halts it, and goes on when it resumes', async () => {
    line.forget();
    expect(await openocd('halt; echo "pc is [reg pc]"')).toMatch(/pc is pc .*: 0x0800/);
    line.send('a');
    await openocd('halt; resume');
    expect(await line.until((text) => text.includes('a'))).toBe('a');
  });

  it('stands still for good where the firmware touches memory that the chip does not have', async () => {
    line.forget();
    line.send('o');
    await expect
      .poll(() => board.lockup)
      .toBe('the firmware touched memory from 0x20020000 on, which the chip does not have');
    expect(line.text).toBe('');
  });
});
