import { describe, expect, it } from 'vitest';
import { firstError, linkComplaint, memoryUsage, overflows } from './compiler-messages.ts';

describe('firstError', () => {
  it('finds the first error behind warnings and context', () => {
    const stderr = [
      "Source/genModel.c: In function 'add':",
      'Source/genModel.c:7:9: warning: unused variable',
      "Source/genModel.c:9:3: error: 'x' undeclared (first use in this function)",
      'Source/genModel.c:11:1: error: another',
    ].join('\n');
    expect(firstError(stderr)).toEqual({
      file: 'Source/genModel.c',
      line: 9,
      text: "'x' undeclared (first use in this function)",
    });
  });

  it('knows a fatal error and one of the assembler', () => {
    expect(firstError('a.c:1:10: fatal error: b.h: No such file or directory')).toMatchObject({ line: 1 });
    expect(
      firstError('weights.S: Assembler messages:\nweights.S:5: Error: file not found: weights.bin'),
    ).toEqual({
      file: 'weights.S',
      line: 5,
      text: 'file not found: weights.bin',
    });
  });

  it('finds none in warnings', () => {
    expect(firstError('a.c:1:1: warning: error: not really\n')).toBeUndefined();
  });
});

describe('what ld says', () => {
  const stdout = [
    'Memory region         Used Size  Region Size  %age Used',
    '           FLASH:          44 B         1 MB      0.00%',
    '            SRAM:        2 KB       128 KB    232.40%',
  ].join('\n');

  it('gives the bytes used of each region', () => {
    expect(memoryUsage(stdout)).toEqual(
      new Map([
        ['FLASH', 44],
        ['SRAM', 2048],
      ]),
    );
  });

  it('gives the regions that are too small', () => {
    const stderr =
      "ld: big.elf section `.bss' will not fit in region `SRAM'\nld: region `SRAM' overflowed by 173536 bytes\n";
    expect(overflows(stderr)).toEqual(new Map([['SRAM', 173_536]]));
    expect(overflows('ld: cannot find x')).toEqual(new Map());
  });

  it('gives its complaint without its own path', () => {
    const stderr = [
      "/usr/lib/gcc/arm-none-eabi/bin/ld: Source/genModel.c.o: in function `add':",
      "genModel.c:(.text.add+0x2): undefined reference to `missing'",
      'collect2: error: ld returned 1 exit status',
    ].join('\n');
    expect(linkComplaint(stderr)).toBe("genModel.c:(.text.add+0x2): undefined reference to `missing'");
    expect(linkComplaint('/usr/bin/ld: cannot open linker script file x.ld')).toBe(
      'cannot open linker script file x.ld',
    );
    expect(linkComplaint('')).toBe('the linker said nothing');
  });
});
