import { systemClock, type Clock } from '#core';
import { describe, expect, it } from 'vitest';
import { Flash, type FlashFaults } from './flash.ts';

const sound: FlashFaults = {
  wornSectors: () => [],
  stuckBits: () => [],
  eraseMs: () => 0,
  protectedSectors: () => [],
};
const keyr = 0x04;
const status = 0x0c;
const control = 0x10;
const program32 = 0x201;
const eraseFirst = 0x10002;

function unlocked(faults: Partial<FlashFaults> = {}, clock: Clock = systemClock): Flash {
  const flash = new Flash({ ...sound, ...faults }, clock);
  flash.writeRegister(keyr, 0x4567_0123);
  flash.writeRegister(keyr, 0xcdef_89ab);
  return flash;
}

describe('Flash', () => {
  it('stays locked after a wrong key, until a reset', () => {
    const flash = new Flash(sound, systemClock);
    flash.writeRegister(keyr, 1);
    flash.writeRegister(keyr, 0x4567_0123);
    flash.writeRegister(keyr, 0xcdef_89ab);
    expect(flash.readRegister(control) >>> 31).toBe(1);
    flash.reset();
    flash.writeRegister(keyr, 0x4567_0123);
    flash.writeRegister(keyr, 0xcdef_89ab);
    expect(flash.readRegister(control) >>> 31).toBe(0);
  });

  it('clears bits when it programs, and sets them only by an erase', () => {
    const flash = unlocked();
    flash.writeRegister(control, program32);
    flash.write(0, 4, 0xffff_0ff0);
    flash.write(0, 4, 0x0fff_ffff);
    expect(flash.read(0, 4)).toBe(0x0fff_0ff0);
    flash.writeRegister(control, eraseFirst);
    expect(flash.read(0, 4)).toBe(0xffff_ffff);
    expect(flash.erasures[0]).toBe(1);
  });

  it('erases one sector and no other', () => {
    const flash = unlocked();
    flash.writeRegister(control, program32);
    flash.write(0x3ffc, 4, 0);
    flash.write(0x4000, 4, 0);
    flash.writeRegister(control, eraseFirst);
    expect([flash.read(0x3ffc, 4), flash.read(0x4000, 4)]).toEqual([0xffff_ffff, 0]);
  });

  it('refuses a write of another width than was announced', () => {
    const flash = unlocked();
    flash.writeRegister(control, program32);
    flash.write(0, 2, 0);
    expect(flash.readRegister(status) & 0x40).toBe(0x40);
    expect(flash.read(0, 4)).toBe(0xffff_ffff);
  });

  it('is busy for as long as an erase takes', () => {
    let now = 0;
    const flash = unlocked({ eraseMs: () => 500 }, { ...systemClock, monotonicMs: () => now });
    flash.writeRegister(control, eraseFirst);
    now = 499;
    expect(flash.readRegister(status) & 0x10000).toBe(0x10000);
    now = 500;
    expect(flash.readRegister(status) & 0x10000).toBe(0);
  });

  it.for([
    ['a worn sector', { wornSectors: () => [0] }, 0x02],
    ['a protected sector', { protectedSectors: () => [0] }, 0x10],
  ] as const)('reports %s', ([, faults, bit]) => {
    const flash = unlocked(faults);
    flash.bytes[0] = 0;
    flash.writeRegister(control, eraseFirst);
    expect(flash.readRegister(status) & bit).toBe(bit);
    expect(flash.bytes[0]).toBe(0);
  });

  it('keeps a stuck bit where it is', () => {
    const flash = unlocked({ stuckBits: () => [{ offsetBytes: 1, bit: 3, value: 0 }] });
    flash.writeRegister(control, eraseFirst);
    expect(flash.read(0, 4)).toBe(0xffff_f7ff);
  });
});
