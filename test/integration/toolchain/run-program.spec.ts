import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { runProgram, spawnLongRunning } from '#core';

describe('runProgram', () => {
  it('returns what the program printed', async () => {
    const result = await runProgram('cat', [], { deadlineMs: 5000, input: 'abc' });
    expect(result).toMatchObject({ command: 'cat', stdout: 'abc', stderr: '', exitCode: 0 });
  });

  it('names a program that is not there', async () => {
    await expect(runProgram('tinyfarm-none', ['x'], { deadlineMs: 5000 })).rejects.toMatchObject({
      code: 'PROGRAM_MISSING',
      message: 'tinyfarm-none was not found, expected it on the PATH',
    });
  });

  it('reports the exit code and the last line of stderr', async () => {
    const run = runProgram('sh', ['-c', 'echo first >&2; echo bad >&2; exit 3'], { deadlineMs: 5000 });
    await expect(run).rejects.toMatchObject({
      code: 'PROGRAM_FAILED',
      message: 'sh ended with exit code 3, expected exit code 0: bad',
      context: { exitCode: 3, stderr: 'first\nbad', timedOut: false },
    });
  });

  it('stops a program at its deadline', async () => {
    await expect(runProgram('sleep', ['60'], { deadlineMs: 50 })).rejects.toMatchObject({
      code: 'PROGRAM_TIMEOUT',
      message: 'sleep did not end within 50 ms and was stopped by SIGTERM',
    });
  });

  it('kills a program that ignores SIGTERM', async () => {
    const script = 'trap "" TERM; while :; do sleep 0.05; done';
    const run = runProgram('sh', ['-c', script], { deadlineMs: 50, graceMs: 50 });
    await expect(run).rejects.toMatchObject({
      code: 'PROGRAM_TIMEOUT',
      message: 'sh did not end within 50 ms and was stopped by SIGKILL, since it ignored SIGTERM',
    });
  });

  it('stops a program that prints without end', async () => {
    await expect(runProgram('yes', [], { deadlineMs: 5000, maxOutputBytes: 1000 })).rejects.toMatchObject({
      code: 'PROGRAM_FAILED',
      message: 'yes printed more than 1000 bytes',
    });
  });

  it('can be interrupted', async () => {
    const controller = new AbortController();
    const run = runProgram('sleep', ['60'], { deadlineMs: 5000, signal: controller.signal });
    controller.abort();
    await expect(run).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});

describe('spawnLongRunning', () => {
  it('gives the streams, and stops', async () => {
    const cat = await spawnLongRunning('cat', [], { pipe: true });
    cat.stdin!.write('hello\n');
    const [chunk] = (await once(cat.stdout!, 'data')) as [Buffer];
    expect(chunk.toString()).toBe('hello\n');
    expect(await cat.stop()).toMatchObject({ endedBy: 'SIGTERM', stopped: true, missing: false });
  });

  it('keeps the end of what was printed', async () => {
    const script = 'echo out; echo a long line of errors >&2; exit 4';
    const program = await spawnLongRunning('sh', ['-c', script], { keptOutputBytes: 8 });
    expect(await program.exited).toMatchObject({ exitCode: 4, stopped: false });
    expect(program.output()).toHaveLength(8);
  });

  it('tells of a missing program by its exit', async () => {
    const program = await spawnLongRunning('tinyfarm-none', []);
    expect(await program.exited).toMatchObject({ missing: true });
  });

  it.runIf(process.platform === 'linux')('dies with its parent, even by SIGKILL', async () => {
    const script = `
      import { createServer } from 'vite';
      const server = await createServer({ configFile: 'vitest.config.ts', server: { middlewareMode: true, ws: false } });
      const { spawnLongRunning } = await server.ssrLoadModule('/libs/core/index.ts');
      const child = await spawnLongRunning('sleep', ['300']);
      console.log('pid', child.pid);`;
    const parent = execa('node', ['--input-type=module', '-e', script], { reject: false });
    let said = '';
    for await (const chunk of parent.stdout) {
      said += String(chunk);
      if (/^pid \d+\n/m.test(said)) {
        break;
      }
    }
    const pid = Number(/^pid (\d+)\n/m.exec(said)?.[1]);
    expect(isRunning(pid)).toBe(true);
    parent.kill('SIGKILL');
    await parent;
    for (let i = 0; i < 100 && isRunning(pid); i++) {
      await sleep(20);
    }
    expect(isRunning(pid)).toBe(false);
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
