import { describe, expect, it } from 'vitest';
import { FarmError, type RunProgram } from '#core';
import { createCompiler, type CompilerRun } from './compiler.ts';

const run: CompilerRun = { cwd: '/', failureCode: 'TOOLCHAIN_COMPILE_FAILED' };

/** A compiler that ends as gcc did where these texts were seen. */
function failing(stderr: string): RunProgram {
  return () =>
    Promise.reject(new FarmError('PROGRAM_FAILED', 'gcc ended with exit code 1', { context: { stderr } }));
}

async function failureOf(stderr: string, options = run): Promise<unknown> {
  return createCompiler('arm-none-eabi-', failing(stderr))
    .gcc(['-c', 'a.c'], options)
    .catch((error: unknown) => error);
}

describe('createCompiler', () => {
  it('asks for the version once, and again after a failure', async () => {
    const answers = [
      () => Promise.reject(new FarmError('PROGRAM_MISSING', 'arm-none-eabi-gcc was not found')),
      () => Promise.resolve('arm-none-eabi-gcc (15:12.2.rel1-1) 12.2.1 20221205\nCopyright\n'),
    ];
    let asked = 0;
    const compiler = createCompiler('arm-none-eabi-', async (file, args) => {
      expect([file, ...args]).toEqual(['arm-none-eabi-gcc', '--version']);
      const stdout = await answers[asked++]!();
      return {
        command: '',
        exitCode: 0,
        endedBy: undefined,
        timedOut: false,
        stdout,
        stderr: '',
        durationMs: 1,
      };
    });
    await expect(compiler.version()).rejects.toMatchObject({ code: 'TOOLCHAIN_MISSING' });
    expect(await compiler.version()).toBe('arm-none-eabi-gcc (15:12.2.rel1-1) 12.2.1 20221205');
    expect(await compiler.version()).toBe('arm-none-eabi-gcc (15:12.2.rel1-1) 12.2.1 20221205');
    expect(asked).toBe(2);
  });

  it.for([
    'harness/input.c:4:10: fatal error: string.h: No such file or directory\ncompilation terminated.',
    'stdint.h:9:16: fatal error: stdint.h: No such file or directory\ncompilation terminated.',
    '/usr/bin/ld: cannot find -lc: No such file or directory\ncollect2: error: ld returned 1 exit status',
  ])('tells a missing C library from a mistake: %s', async (stderr) => {
    expect(await failureOf(stderr)).toMatchObject({
      code: 'TOOLCHAIN_MISSING',
      message:
        'arm-none-eabi-gcc has no C library, expected newlib for it (Debian packages gcc-arm-none-eabi, libnewlib-arm-none-eabi)',
    });
  });

  it('tells a full disk from a mistake', async () => {
    const stderr = 'ccx.s: Assembler messages:\nccx.s: Fatal error: a.o: No space left on device';
    expect(await failureOf(stderr)).toMatchObject({ code: 'HOST_LACKS_SPACE' });
  });

  it('blames the archive for a mistake in the firmware', async () => {
    const stderr = "harness/main.c:3:1: error: unknown type name 'x'";
    expect(await failureOf(stderr, { ...run, failureCode: 'TOOLCHAIN_ARCHIVE_FAILED' })).toMatchObject({
      code: 'TOOLCHAIN_ARCHIVE_FAILED',
      message: "harness/main.c:3: unknown type name 'x'",
    });
  });

  it('passes on what it cannot explain', async () => {
    expect(await failureOf('gcc: internal compiler error')).toMatchObject({ code: 'PROGRAM_FAILED' });
  });
});
