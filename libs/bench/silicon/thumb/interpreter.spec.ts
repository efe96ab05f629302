import { describe, expect, it } from 'vitest';
import { Bus, RamRegion } from '../bus.ts';
import { ThumbInterpreter } from './interpreter.ts';

const origin = 0x2000_0000;

function coreWith(...halfwords: number[]): { core: ThumbInterpreter; ram: RamRegion } {
  const ram = new RamRegion(origin, 4096);
  for (const [i, halfword] of halfwords.entries()) {
    ram.write(2 * i, 2, halfword);
  }
  const core = new ThumbInterpreter(new Bus([ram]));
  core.registers.r[13] = origin + 4096;
  core.registers.r[15] = origin;
  return { core, ram };
}

describe('ThumbInterpreter', () => {
  it('counts down in a loop and stops at BKPT', () => {
    // movs r0, #5; movs r1, #0; adds r1, #3; subs r0, #1; bne -> adds; bkpt
    const { core } = coreWith(0x2005, 0x2100, 0x3103, 0x3801, 0xd1fc, 0xbe00);
    expect(core.run(100)).toBe('breakpoint');
    expect(Array.from(core.registers.r.slice(0, 2))).toEqual([0, 15]);
  });

  it.for([
    ['subs with borrow', [0x2000, 0x3801], { n: true, z: false, c: false, v: false }, 0xffff_ffff],
    ['subs to zero', [0x2001, 0x3801], { n: false, z: true, c: true, v: false }, 0],
    ['lsls by 31 into the sign', [0x2001, 0x07c0], { n: true, z: false, c: false, v: false }, 0x8000_0000],
    ['negs', [0x2003, 0x4240], { n: true, z: false, c: false, v: false }, 0xffff_fffd],
    ['mvn.w of 0', [0xf06f, 0x0000], { n: false, z: false, c: false, v: false }, 0xffff_ffff],
    ['mov.w of a rotated byte', [0xf44f, 0x3080], { n: false, z: false, c: false, v: false }, 0x1_0000],
    [
      'movw and movt',
      [0xf647, 0x2010, 0xf6c1, 0x70ff],
      { n: false, z: false, c: false, v: false },
      0x1fff_7a10,
    ],
    ['asr by 32', [0x2080, 0x0600, 0x1000], { n: true, z: false, c: true, v: false }, 0xffff_ffff],
  ] as const)('%s', ([, code, flags, result]) => {
    const { core } = coreWith(...code, 0xbe00);
    expect(core.run(100)).toBe('breakpoint');
    expect(core.registers.r[0]).toBe(result);
    expect(core.registers).toMatchObject(flags);
  });

  it('executes an IT block by its condition', () => {
    // cmp r0, #0; ite eq; moveq r1, #1; movne r1, #2; movs r2, #9; bkpt
    const { core } = coreWith(0x2800, 0xbf0c, 0x2101, 0x2102, 0x2209, 0xbe00);
    expect(core.run(100)).toBe('breakpoint');
    expect(Array.from(core.registers.r.slice(1, 3))).toEqual([1, 9]);
  });

  it('keeps registers over push and pop, and returns', () => {
    // movs r4, #7; push {r4, lr}; movs r4, #0; pop {r4, pc}
    const { core } = coreWith(0x2407, 0xb510, 0x2400, 0xbd10, 0xbe00);
    core.registers.r[14] = origin + 8 + 1;
    expect(core.run(100)).toBe('breakpoint');
    expect(core.registers.r[4]).toBe(7);
    expect(core.registers.r[13]).toBe(origin + 4096);
  });

  it('loads with write-back, as the flash loader does', () => {
    // ldrh r6, [r7], #2; bkpt
    const { core, ram } = coreWith(0xf837, 0x6b02, 0xbe00);
    ram.write(0x100, 2, 0xbeef);
    core.registers.r[7] = origin + 0x100;
    expect(core.run(100)).toBe('breakpoint');
    expect([core.registers.r[6], core.registers.r[7]]).toEqual([0xbeef, origin + 0x102]);
  });

  it('leaves a loop that waits, and goes on when its word has been written', () => {
    // ldr r1, [r0]; cmp r1, #0; beq -> ldr; bkpt
    const { core, ram } = coreWith(0x6801, 0x2900, 0xd0fc, 0xbe00);
    core.registers.r[0] = origin + 0x100;
    expect(core.run(1_000_000)).toBe('idle');
    ram.write(0x100, 4, 1);
    expect(core.run(1_000_000)).toBe('breakpoint');
  });

  it('does not take a loop that works for one that waits', () => {
    // ldr r2, =100000; subs r2, #1; bne; bkpt
    const { core } = coreWith(0xf248, 0x62a0, 0xf2c0, 0x0201, 0x3a01, 0xd1fd, 0xbe00);
    expect(core.run(10_000)).toBe('budget');
    expect(core.run(1_000_000)).toBe('breakpoint');
  });

  it.for([
    ['an instruction that it does not know', [0xeef1, 0xfa10]],
    ['an address where nothing is', [0x6800]],
  ] as const)('locks up at %s', ([, code]) => {
    const { core } = coreWith(...code);
    expect(core.run(100)).toBe('lockup');
    expect(core.registers.r[15]).toBe(origin);
  });
});
