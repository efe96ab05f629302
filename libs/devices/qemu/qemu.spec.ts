import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#core';
import { qemuArguments, reasonInStderr } from './qemu-arguments.ts';
import { Qmp } from './qmp.ts';
import { describeRegisters } from './registers.ts';

describe('the command line', () => {
  it('puts the console on the right serial port, stopped, with exact counting', () => {
    const facts = { machine: 'netduinoplus2', serialIndex: 1, icountShift: 6, tickHz: 168_000_000 };
    const line = qemuArguments(facts, '/x/a.elf').join(' ');
    expect(line).toContain('-machine netduinoplus2 -kernel /x/a.elf -icount shift=6,sleep=off');
    expect(line).toMatch(/ -S .* -serial null -serial chardev:console$/);
  });
});

describe('the reason in stderr', () => {
  it.for([
    ['', undefined],
    ['qemu-system-arm: -chardev socket: info: QEMU waiting for connection on: unix:x\n', undefined],
    [
      'qemu-system-arm: unsupported machine type\nUse -machine help to list\n',
      'qemu-system-arm: unsupported machine type',
    ],
    [
      'qemu: fatal: Lockup: can’t escalate 3\n\nR00=0 R01=1\nXPSR=01\n',
      'qemu: fatal: Lockup: can’t escalate 3',
    ],
    ['first\nlast\n', 'last'],
  ] as const)('of %j', ([stderr, reason]) => {
    expect(reasonInStderr(stderr)).toBe(reason);
  });
});

describe('the registers', () => {
  const dump = (xpsr: string): string =>
    `R00=00000001 R01=00000002 R02=00000003 R03=00000004\r\nR12=00000000 R13=203ffff8 R14=00000d2d R15=00000a10\r\nXPSR=${xpsr} --C- T priv-thread\r\n`;

  it.for([
    ['61000000', 'pc 0x00000a10, lr 0x00000d2d, in thread mode'],
    ['61000003', 'pc 0x00000a10, lr 0x00000d2d, in HardFault'],
    ['61000015', 'pc 0x00000a10, lr 0x00000d2d, in interrupt 5'],
  ] as const)('of xpsr %s', ([xpsr, text]) => {
    expect(describeRegisters(dump(xpsr))).toBe(text);
  });

  it('of nothing are unknown', () => {
    expect(describeRegisters('No CPU')).toBeUndefined();
  });
});

describe('QMP', () => {
  function connect(): { clock: VirtualClock; qmp: Qmp; sent: PassThrough; received: PassThrough } {
    const clock = new VirtualClock();
    const [sent, received] = [new PassThrough(), new PassThrough()];
    return { clock, qmp: new Qmp(sent, received, clock), sent, received };
  }

  it('greets with its version, past whatever else is printed', async () => {
    const { qmp, received } = connect();
    received.write('not JSON\n');
    received.write('{"QMP":{"version":{"qemu":{"major":7,"minor":2,"micro":22},"package":"Debian 1"}}}\n');
    expect(await qmp.greeting).toBe('QEMU 7.2.22 (Debian 1)');
  });

  it('gives each command its own answer, past events', async () => {
    const { qmp, received } = connect();
    const [first, second] = [qmp.execute('a'), qmp.execute('b')];
    received.write('{"event":"STOP"}\n{"return":"second","id":2}\n{"return":"first","id":1}\n');
    expect(await Promise.all([first, second])).toEqual(['first', 'second']);
  });

  it('tells of a refusal', async () => {
    const { qmp, received } = connect();
    const refused = qmp.execute('nonsense');
    received.write('{"error":{"class":"CommandNotFound","desc":"not found"},"id":1}\n');
    await expect(refused).rejects.toMatchObject({ message: 'QEMU refused nonsense: not found' });
  });

  it('does not wait for ever', async () => {
    const { clock, qmp } = connect();
    const time = clock.advance(3000);
    await expect(qmp.execute('cont')).rejects.toMatchObject({ code: 'PROGRAM_TIMEOUT' });
    await time;
  });
});
