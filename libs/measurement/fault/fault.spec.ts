import { expect, it } from 'vitest';
import { FarmError, type RunProgram } from '#core';
import { describeFault } from './fault-bits.ts';
import { createSymbolise } from './symbolise.ts';

const quiet = { ipsr: 3, hfsr: 0, cfsr: 0, pc: 0xabc, lr: 0xdef, mmfar: 0x11, bfar: 0x22 };

it.for([
  [{ ipsr: 6, cfsr: 1 << 16 }, 'UsageFault (UNDEFINSTR) at pc 0x00000abc, lr 0x00000def'],
  [{ ipsr: 6, cfsr: 1 << 25 }, 'UsageFault (DIVBYZERO) at pc 0x00000abc, lr 0x00000def'],
  [{ ipsr: 5, cfsr: 0x8200 }, 'BusFault (PRECISERR) at pc 0x00000abc, lr 0x00000def, accessing 0x00000022'],
  [{ ipsr: 4, cfsr: 0x82 }, 'MemManage (DACCVIOL) at pc 0x00000abc, lr 0x00000def, accessing 0x00000011'],
  [{ hfsr: 1 << 30, cfsr: 1 << 17 }, 'HardFault (INVSTATE, FORCED) at pc 0x00000abc, lr 0x00000def'],
  [{ hfsr: 0x80000000 }, 'HardFault (DEBUGEVT) at pc 0x00000abc, lr 0x00000def'],
  [{ ipsr: 40 }, 'exception 40 (no cause given) at pc 0x00000abc, lr 0x00000def'],
] as const)('%j is named', ([registers, text]) => {
  expect(describeFault({ ...quiet, ...registers })).toBe(text);
});

it('functions are named, and Thumb return addresses made even', async () => {
  const asked: string[] = [];
  const run: RunProgram = async (file, args) => {
    asked.push([file, ...args].join(' '));
    return {
      command: file,
      exitCode: 0,
      endedBy: undefined,
      timedOut: false,
      stdout: 'conv\n??:0\n??\n??:0\n',
      stderr: '',
      durationMs: 1,
    };
  };
  const text = await createSymbolise('a.elf', run)('at pc 0x00000abc, lr 0xfffffff9, accessing 0x00000022');
  expect(text).toBe('at pc 0x00000abc (conv), lr 0xfffffff9, accessing 0x00000022');
  expect(asked).toEqual(['arm-none-eabi-addr2line -f -e a.elf 0xabc 0xfffffff8']);
});

it('a text stays as it is where functions cannot be named', async () => {
  const run: RunProgram = () => Promise.reject(new FarmError('PROGRAM_MISSING', 'gone'));
  expect(await createSymbolise('a.elf', run)('pc 0x00000abc')).toBe('pc 0x00000abc');
});
