import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { complaintIn, GuestLog } from './guest-log.ts';

it.for([
  [
    '[WARNING] sysbus: [cpu: 0x8001234] ReadDoubleWord from non existing peripheral at 0x90000010.',
    'a read from 0x90000010, where there is nothing, at pc 0x08001234',
  ],
  [
    '[WARNING] sysbus: [cpu: 0x8001234] WriteDoubleWord to non existing peripheral at 0x4, value 0x1.',
    'a write to 0x00000004, where there is nothing, at pc 0x08001234',
  ],
  [
    '[WARNING] sysbus: ReadByte from non existing peripheral at 0x90000010.',
    'a read from 0x90000010, where there is nothing',
  ],
  [
    '[ERROR] cpu: CPU abort [PC=0x90000000]: Trying to execute code outside RAM or ROM at 0x90000000.',
    'the core was stopped: Trying to execute code outside RAM or ROM at 0x90000000, at pc 0x90000000',
  ],
  ['[WARNING] dwt: Unhandled write to offset 0xFB0, value 0xC5ACCE55.', undefined],
  ['[INFO] cpu: Guessing VectorTableOffset value to be 0x8000000.', undefined],
  ['', undefined],
] as const)('%s', ([line, complaint]) => {
  expect(complaintIn(`12:00:00.0000 [INFO] dev: Machine started.\n12:00:00.1000 ${line}\n`)).toBe(complaint);
});

describe('a log that grows', () => {
  const toNothing = '[WARNING] sysbus: WriteByte to non existing peripheral at 0x4, value 0x1.\n';
  let dir: string;

  beforeAll(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'tinyfarm-guest-log-'));
  });

  afterAll(() => rm(dir, { recursive: true }));

  it('has no complaint before it is there, nor for half a line, and keeps its first', async () => {
    const file = path.join(dir, 'a.log');
    const log = new GuestLog(file);
    expect(await log.complaint()).toBeUndefined();
    await appendFile(file, `nothing\n${toNothing.slice(0, 50)}`);
    expect(await log.complaint()).toBeUndefined();
    await appendFile(file, toNothing.slice(50));
    expect(await log.complaint()).toBe('a write to 0x00000004, where there is nothing');
    await appendFile(file, toNothing.replace('0x4', '0x8'));
    expect(await log.complaint()).toBe('a write to 0x00000004, where there is nothing');
  });

  it('of warnings without end is a complaint itself', async () => {
    const file = path.join(dir, 'b.log');
    const log = new GuestLog(file, 1000);
    await appendFile(file, 'a warning\n'.repeat(90));
    expect(await log.complaint()).toBeUndefined();
    await appendFile(file, 'a warning\n'.repeat(90));
    expect(await log.complaint()).toBe("more than 1000 bytes of warnings, such as 'a warning'");
  });
});
