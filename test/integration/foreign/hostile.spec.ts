import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FarmError, type RunProgram } from '#core';
import { findTarget } from '#targets';
import { buildTinyEngine, createSandbox, type SandboxOptions } from '#toolchain';
import { cmsisFiles, codegenFiles, engineFiles, writeTree } from './tiny-engine.ts';

let dir: string;
let seen: string;
const gcc = 'arm-none-eabi-gcc';
const options = { deadlineMs: 20_000 };

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tinyfarm-hostile-test-'));
  seen = path.join(dir, 'seen');
  await writeTree(dir, { 'seen/empty.c': '', 'secret.h': 'int secret = 42;\n' });
});

afterAll(() => rm(dir, { recursive: true }));

/** Compiles a file in a sandbox that sees the folder of the file only. */
async function compile(
  text: string,
  more: Partial<SandboxOptions> = {},
  file = 'hostile.c',
): Promise<string> {
  await writeFile(path.join(seen, file), text);
  const sandbox = createSandbox({ readOnly: [], writable: [seen], ...more });
  const { stderr } = await sandbox(gcc, ['-mcpu=cortex-m7', '-mthumb', '-c', file, '-o', 'out.o'], {
    ...options,
    cwd: seen,
  });
  return stderr;
}

const failure = (text: string | RegExp): object => ({
  context: { stderr: expect.stringMatching(text) as string },
});

describe('hostile code', () => {
  it('that is honest is compiled', async () => {
    await compile('#include <stdint.h>\nuint32_t x = 1;\n');
    expect((await readFile(path.join(seen, 'out.o'))).subarray(1, 4).toString()).toBe('ELF');
  });

  it.for(['/etc/passwd', '/proc/self/environ', path.resolve('package.json')])(
    'cannot include %s',
    async (file) => {
      await expect(compile(`#include "${file}"\n`)).rejects.toMatchObject(
        failure(/No such file or directory/),
      );
    },
  );

  it('cannot include a file beside its folder', async () => {
    await expect(compile(`#include "${dir}/secret.h"\n`)).rejects.toMatchObject(failure(/No such file/));
    await expect(compile('#include "../secret.h"\n')).rejects.toMatchObject(failure(/No such file/));
  });

  it('cannot take a file in by .incbin', async () => {
    const text = '__asm__(".section .rodata\\n.incbin \\"/etc/passwd\\"");\n';
    await expect(compile(text)).rejects.toMatchObject(failure(/file not found: \/etc\/passwd/));
  });

  it('cannot follow a symbolic link out of its folder', async () => {
    await symlink('/etc/passwd', path.join(seen, 'link.h'));
    await expect(compile('#include "link.h"\n')).rejects.toMatchObject(failure(/No such file/));
  });

  it('cannot write a file of 10 GB', async () => {
    const text = '__asm__(".data\\n.fill 10000000000, 1, 1");\n';
    await expect(compile(text, { limits: { fileBytes: 1_000_000 } })).rejects.toMatchObject({
      code: 'SANDBOX_LIMIT',
    });
    const sizes = await Promise.all(
      (await readdir(seen)).map(
        async (name) => (await readFile(path.join(seen, name)).catch(() => '')).length,
      ),
    );
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1_000_000);
  });

  it('cannot grow to 10 GB by its macros', async () => {
    const doubling = Array.from({ length: 40 }, (_, i) => `#define M${i + 1} M${i} M${i}`).join('\n');
    const text = `#define M0 x+\n${doubling}\nint x; int f(void) { return M40 0; }\n`;
    await expect(
      compile(text, { limits: { memoryBytes: 300_000_000, cpuSeconds: 15 } }),
    ).rejects.toMatchObject({
      code: 'SANDBOX_LIMIT',
    });
  });

  it('cannot be compiled for ever', async () => {
    const endless = '__asm__(".macro m\\n.rept 100000000\\n.byte 1\\n.endr\\n.endm\\n m\\n m\\n m");\n';
    const startedMs = Date.now();
    await expect(
      compile(endless, { limits: { cpuSeconds: 1, memoryBytes: 8e9, fileBytes: 1e9 } }),
    ).rejects.toMatchObject({
      code: 'SANDBOX_LIMIT',
      message: expect.stringContaining('1 s of processor time') as string,
    });
    expect(Date.now() - startedMs).toBeLessThan(15_000);
  });
});

describe('the sandbox', () => {
  it('has no network, no environment of ours, and no process of the host', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const sandbox = createSandbox({ readOnly: [], writable: [seen] });
    await expect(
      sandbox('bash', ['-c', `echo x > /dev/tcp/127.0.0.1/${port}`], options),
    ).rejects.toMatchObject(failure(/connect: (?:Connection refused|Network is unreachable)/));
    server.close();
    const { stdout } = await sandbox('bash', ['-c', 'env; echo $$'], options);
    expect(stdout).not.toMatch(/^HOME=/m);
    expect(Number(stdout.trim().split('\n').at(-1))).toBeLessThan(10);
  });

  it('lets nothing be written but where it may', async () => {
    const sandbox = createSandbox({ readOnly: [seen], writable: [] });
    await expect(sandbox('touch', [path.join(seen, 'new')], options)).rejects.toMatchObject(
      failure(/Read-only file system/),
    );
  });

  it('ends with its deadline, and leaves nothing running', async () => {
    const sandbox = createSandbox({ readOnly: [], writable: [seen] });
    const marker = `3${process.pid}.25`;
    await expect(sandbox('sleep', [marker], { deadlineMs: 500 })).rejects.toMatchObject({
      code: 'SANDBOX_LIMIT',
    });
    const commands = await Promise.all(
      (await readdir('/proc'))
        .filter((name) => /^\d+$/.test(name))
        .map((name) => readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')),
    );
    expect(commands.filter((command) => command.includes(marker))).toEqual([]);
  });

  it('says so where there is no bubblewrap', async () => {
    const run: RunProgram = (file) =>
      Promise.reject(new FarmError('PROGRAM_MISSING', `${file} was not found`));
    await expect(compile('', { run })).rejects.toMatchObject({
      code: 'SANDBOX_MISSING',
      message: expect.stringMatching(
        /^bwrap was not found, expected bubblewrap \(Debian package bubblewrap\)/,
      ) as string,
    });
  });

  it('says so where the host allows none', async () => {
    const sandbox = createSandbox({ readOnly: ['/no/such/folder'], writable: [] });
    await expect(sandbox('true', [], options)).rejects.toMatchObject({
      code: 'SANDBOX_MISSING',
      message: expect.stringContaining("Can't find source path /no/such/folder") as string,
    });
  });
});

it('a codegen folder is compiled in it', async () => {
  await writeTree(path.join(dir, 'engine'), engineFiles);
  await writeTree(path.join(dir, 'cmsis'), cmsisFiles);
  await writeTree(path.join(dir, 'codegen'), codegenFiles({ declarations: `#include "${dir}/secret.h"` }));
  const building = buildTinyEngine(
    {
      codegenDir: path.join(dir, 'codegen'),
      tinyenginePath: path.join(dir, 'engine'),
      cmsisPath: path.join(dir, 'cmsis'),
      name: 'hostile',
      target: findTarget('mps2-an500'),
    },
    { cacheDir: path.resolve('node_modules/.cache/tinyfarm-tests') },
  );
  await expect(building).rejects.toMatchObject({
    code: 'TOOLCHAIN_COMPILE_FAILED',
    message: expect.stringMatching(/genModel\.c:\d+: .*secret\.h: No such file or directory$/) as string,
  });
});
