import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#core';
import { createMemorySerial, openConsole } from '#devices';
import { formatFrame } from '../protocol/index.ts';
import { Session } from './session.ts';
import { bench, build, failure, helloFields, nonce } from './testing/firmware-bench.ts';

describe('a session', () => {
  it('knows who answers', async () => {
    const { open } = await bench(() => []);
    const session = await open();
    expect(session.hello).toMatchObject({ build, core: 'cortex-m4', tickHz: 25_000_000, compiler: 'gcc 12' });
  });

  it('gives the frames of an answer', async () => {
    const { open } = await bench((command) =>
      command === 'tf-memory' ? [formatFrame(nonce, 2, 'memory', { stack: 12 }), 'm-ready'] : [],
    );
    const [memory] = await (await open()).command('tf-memory');
    expect(memory?.fields.get('stack')).toBe('12');
  });

  it('begins after noise, boot lines of old, and a first greeting that went unheard', async () => {
    let greetings = 0;
    const boot = ['\u0000\u00ff~~', formatFrame('00000000', 0, 'boot', { build }), 'm-init-done', 'm-ready'];
    const { clock, open } = await bench(
      (command) => (command.startsWith('tf-hello') && greetings++ === 0 ? ['\u00fe'] : []),
      boot,
    );
    const opening = open();
    await clock.advance(2000);
    expect((await opening).hello.build).toBe(build);
    expect(greetings).toBe(2);
  });

  it('begins without a boot, where the firmware has been running', async () => {
    const { clock, open } = await bench(() => [], []);
    const opening = open();
    await clock.advance(3000);
    expect((await opening).hello.uid).toBe('0a0b');
  });
});

describe('a firmware', () => {
  it('that says nothing is silent, and noticed within 10 s', async () => {
    const clock = new VirtualClock();
    const line = createMemorySerial();
    const console = await openConsole({ path: 'memory', baudRate: 115_200, clock, open: line.open });
    let noticedMs = 0;
    const opening = Session.open(console, async () => {}, {
      clock,
      buildHash: build,
      inspect: async () => 'pc 0x00000100, lr 0x00000200, in thread mode',
    }).finally(() => {
      noticedMs = clock.monotonicMs();
    });
    expect(await failure(clock, opening)).toMatchObject({
      code: 'FIRMWARE_SILENT',
      message:
        'the firmware did not answer within 3000 ms for its boot and 3 times 1000 ms for tf-hello: pc 0x00000100, lr 0x00000200, in thread mode',
    });
    expect(noticedMs).toBe(6000);
  });

  it('that only makes noise is garbage', async () => {
    const { clock, open } = await bench(() => ['\u00ff\u0080'], ['\u0081\u0082']);
    expect(await failure(clock, open())).toMatchObject({
      code: 'PROTOCOL_GARBAGE',
      message: expect.stringContaining('\\\\x81\\\\x82') as string,
    });
  });

  it('that floods the line at its boot is not listened to for long', async () => {
    const { clock, line, open } = await bench(() => [], []);
    const opening = open();
    line.send('x'.repeat(100_000));
    expect(await failure(clock, opening)).toMatchObject({
      code: 'PROTOCOL_GARBAGE',
      message: expect.stringContaining('a flood of') as string,
    });
  });

  it('whose bytes never make a line may be at another baud rate', async () => {
    const { clock, line, open } = await bench(() => 'silence', []);
    const opening = open();
    await clock.advance(10);
    line.send('\u00fe\u0080');
    expect(await failure(clock, opening)).toMatchObject({
      code: 'PROTOCOL_GARBAGE',
      message: expect.stringContaining('bytes without an end of line, as at another baud rate') as string,
    });
  });

  it('of another build is not measured', async () => {
    const { clock, open } = await bench(() => [], ['m-ready'], { ...helloFields, build: 'ffff' });
    expect(await failure(clock, open())).toMatchObject({ code: 'BUILD_HASH_MISMATCH' });
  });

  it('on another chip is not measured', async () => {
    const { clock, open } = await bench(() => []);
    expect(await failure(clock, open({ uid: '0A0C' }))).toMatchObject({
      code: 'BOARD_UID_MISMATCH',
      context: { uid: '0a0b', expected: '0A0C' },
    });
  });

  const fault = { ipsr: 6, hfsr: '0', cfsr: '10000', pc: 'abc', lr: 'def', mmfar: '0', bfar: '0' };

  it.for([
    [
      'does not end its answer',
      [],
      'PROTOCOL_LINE_LOST',
      'the answer during tf-run 1 0 did not end within 5000 ms, but the firmware answers tf-hello: a line was lost',
    ],
    [
      'ends its answer wrongly',
      ['m-redy'],
      'PROTOCOL_GARBAGE',
      'garbage on the line during tf-run 1 0: "m-redy" (an answer of no tf- command), expected a line of the protocol',
    ],
    [
      'faults',
      ['', formatFrame(nonce, 2, 'fault', fault)],
      'FIRMWARE_FAULT',
      'the firmware faulted during tf-run 1 0: UsageFault (UNDEFINSTR) at pc 0x00000abc, lr 0x00000def',
    ],
    [
      'restarts',
      [formatFrame('00000000', 0, 'boot', { build }), 'm-ready'],
      'FIRMWARE_REBOOTED',
      `the firmware restarted during tf-run 1 0 (boot line of build ${build})`,
    ],
    [
      'skips a line',
      [formatFrame(nonce, 3, 'run', { i: 1, ticks: 5 }), 'm-ready'],
      'PROTOCOL_LINE_LOST',
      'line 3 came during tf-run 1 0 where line 2 was expected: the line between was lost',
    ],
    [
      'repeats a line',
      [formatFrame(nonce, 1, 'run', { i: 1, ticks: 5 }), 'm-ready'],
      'PROTOCOL_LINE_LOST',
      'line 1 came during tf-run 1 0 where line 2 was expected: the line between was lost',
    ],
    [
      'answers another session',
      [formatFrame('00000007', 2, 'run', { i: 1, ticks: 5 }), 'm-ready'],
      'PROTOCOL_GARBAGE',
      `garbage on the line during tf-run 1 0: "nonce 00000007" (expected nonce ${nonce}), expected a line of the protocol`,
    ],
    [
      'has a bit flipped',
      [formatFrame(nonce, 2, 'run', { i: 1, ticks: 5 }).replace('ticks=5', 'ticks=4'), 'm-ready'],
      'PROTOCOL_GARBAGE',
      undefined,
    ],
    [
      'refuses',
      ['e-[No input, expected tf-fill or tf-load first]', 'm-ready'],
      'PROTOCOL_ERROR',
      'the firmware refused tf-run 1 0: No input, expected tf-fill or tf-load first',
    ],
  ] as const)('that %s is told apart', async ([, lines, code, message]) => {
    const { clock, open } = await bench((command) => (command.startsWith('tf-run') ? lines : []));
    const session = await open();
    const error = await failure(clock, session.command('tf-run 1 0'));
    expect(error.code).toBe(code);
    expect(error.message).toEqual(
      message ?? (expect.stringMatching(/checksum .{4}, expected .{4}/) as string),
    );
  });

  it('whose answer never becomes a line is garbage', async () => {
    let isOff = false;
    const { clock, line, open } = await bench((command) => {
      isOff ||= command.startsWith('tf-run');
      return isOff ? 'silence' : [];
    });
    const session = await open();
    const running = session.command('tf-run 1 0');
    line.send('\u00fe\u0080');
    expect(await failure(clock, running)).toMatchObject({ code: 'PROTOCOL_GARBAGE' });
  });

  it('that hangs is not taken for a lost line', async () => {
    let hangs = false;
    const { clock, open } = await bench((command) => {
      hangs ||= command.startsWith('tf-run');
      return hangs ? 'silence' : [];
    });
    const session = await open();
    expect(await failure(clock, session.command('tf-run 1 0'))).toMatchObject({
      code: 'FIRMWARE_HUNG',
      message: 'the firmware was silent for 5000 ms during tf-run 1 0',
    });
  });

  it('may take its time, as long as lines keep coming', async () => {
    const { clock, open, send } = await bench(() => []);
    const session = await open();
    const running = session.command('tf-run 3 0', 1000);
    for (let i = 0; i < 3; i++) {
      await clock.advance(900);
      send(formatFrame(nonce, 2 + i, 'run', { i, ticks: 5 }));
    }
    send('m-ready');
    await clock.advance(1);
    expect(await running).toHaveLength(3);
  });
});

describe('a device', () => {
  it('that goes says why, not merely that the line closed', async () => {
    let go: (reason: string) => void = () => {};
    const gone = new Promise<string>((resolve) => {
      go = resolve;
    });
    const { clock, line, open } = await bench(() => []);
    const session = await open({ gone });
    const running = session.command('tf-run 1 0');
    await clock.advance(10);
    line.vanish();
    await clock.advance(10);
    go('qemu-system-arm ended with signal SIGKILL');
    expect(await failure(clock, running)).toMatchObject({
      code: 'DEVICE_EXITED',
      message: 'the device ended by itself: qemu-system-arm ended with signal SIGKILL',
    });
  });

  it('whose core locks up is the firmware’s fault', async () => {
    const { clock, open } = await bench(() => []);
    const gone =
      'qemu-system-arm ended with signal SIGABRT: qemu: fatal: Lockup: can’t escalate 3 to HardFault';
    expect(
      await failure(
        clock,
        open({ gone: Promise.resolve(gone) }).then((s) => s.command('x')),
      ),
    ).toMatchObject({
      code: 'FIRMWARE_FAULT',
    });
  });

  it('whose port vanishes has a closed console', async () => {
    const { clock, line, open } = await bench(() => []);
    const session = await open();
    const running = session.command('tf-run 1 0');
    line.vanish();
    expect(await failure(clock, running)).toMatchObject({
      code: 'SERIAL_CLOSED',
      message: 'the console closed while it was in use: the port went away (bad file descriptor)',
    });
  });

  it('whose port takes nothing is not waited for', async () => {
    const { clock, line, open } = await bench(() => []);
    const session = await open();
    line.stall();
    expect(await failure(clock, session.command('tf-run 1 0'))).toMatchObject({ code: 'SERIAL_TIMEOUT' });
  });

  it('is left at once when the user interrupts', async () => {
    const controller = new AbortController();
    const { clock, open } = await bench(() => []);
    const session = await open({ signal: controller.signal });
    const running = session.command('tf-run 1 0');
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(clock.monotonicMs()).toBe(0);
  });
});
