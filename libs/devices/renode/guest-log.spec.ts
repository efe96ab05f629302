import { expect, it } from 'vitest';
import { complaintIn } from './guest-log.ts';

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
