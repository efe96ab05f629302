import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#core';
import { ConsoleLog, formatEntry } from './console-log.ts';
import { createMemorySerial } from './memory-serial.ts';
import { explainOpenFailure } from './node-serial.ts';
import { openConsole, type ConsoleLine, type ConsoleOptions } from './serial-console.ts';
import type { MemorySerial } from './memory-serial.ts';

async function setUp(options: Partial<ConsoleOptions> = {}) {
  const clock = new VirtualClock();
  const line: MemorySerial = createMemorySerial();
  const console = await openConsole({ path: 'memory', baudRate: 9600, clock, open: line.open, ...options });
  const lines: ConsoleLine[] = [];
  const end = console.onLine((text) => lines.push(text));
  const texts = (): string[] => lines.map(({ text }) => text);
  return { clock, line, console, lines, texts, end };
}

describe('a console', () => {
  it('gives lines with the time they came at, however they are cut into chunks', async () => {
    const { clock, line, lines } = await setUp();
    line.send('m-re');
    await clock.advance(5);
    line.send('ady\r\n\r\nnext\nha');
    await clock.advance(1);
    expect(lines).toEqual([
      { text: 'm-ready', atMs: 5 },
      { text: '', atMs: 5 },
      { text: 'next', atMs: 5 },
    ]);
  });

  it('keeps every byte of garbage, one character each', async () => {
    const { clock, line, texts } = await setUp();
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i).filter((byte) => byte !== 10 && byte !== 13);
    line.send(Buffer.concat([bytes, Buffer.from('\n')]));
    await clock.advance(1);
    expect(Buffer.from(texts()[0]!, 'latin1')).toEqual(Buffer.from(bytes));
  });

  it('cuts a line that has no end', async () => {
    const { clock, line, texts } = await setUp({ maxLineBytes: 10 });
    line.send('0123456789');
    line.send('abcdefghijKLMNOPQRSTxy\nz\n');
    await clock.advance(1);
    expect(texts()).toEqual(['0123456789', 'abcdefghij', 'KLMNOPQRST', 'xy', 'z']);
  });

  it('no longer calls whoever has had enough', async () => {
    const { clock, line, texts, end } = await setUp();
    line.send('one\n');
    await clock.advance(1);
    end();
    line.send('two\n');
    await clock.advance(1);
    expect(texts()).toEqual(['one']);
  });

  it('logs both directions and the end, with times', async () => {
    const entries: string[] = [];
    const { clock, line, console } = await setUp({ logSink: (entry) => entries.push(entry.text) });
    await clock.advance(1500);
    await console.write('name%');
    line.send('m-name-x\u0007\r\n');
    await clock.advance(1);
    line.vanish('the port went away (bad file descriptor)');
    await clock.advance(1);
    expect(console.log.text()).toBe(
      '    1.500000 > name%\n    1.500000 < m-name-x\\x07\n    1.501000 # the port went away (bad file descriptor)\n',
    );
    expect(entries).toHaveLength(3);
  });

  it('refuses to write when it is closed', async () => {
    const { line, console } = await setUp();
    line.vanish();
    await expect(console.write('x')).rejects.toMatchObject({
      code: 'SERIAL_CLOSED',
      message: 'memory is closed, expected it open to write',
    });
    expect(await console.closed).toBe('the port went away (bad file descriptor)');
  });

  it('gives up a write that never comes back', async () => {
    const { clock, line, console } = await setUp();
    line.stall();
    const time = clock.advance(2000);
    await expect(console.write('x')).rejects.toMatchObject({
      code: 'SERIAL_TIMEOUT',
      message: 'memory took nothing within 2000 ms',
    });
    await time;
  });

  it('gives up a port that does not open, and closes it should it open later', async () => {
    const clock = new VirtualClock();
    const line = createMemorySerial();
    const slow: typeof line.open = async (settings) => {
      await clock.sleep(10_000);
      return line.open(settings);
    };
    const time = clock.advance(11_000);
    await expect(openConsole({ path: 'slow', baudRate: 9600, clock, open: slow })).rejects.toMatchObject({
      code: 'SERIAL_OPEN_FAILED',
      message: 'slow did not open within 3000 ms',
    });
    await time;
    const again = await line.open({ path: 'slow', baudRate: 9600 });
    expect(again.isOpen).toBe(true);
  });
});

describe('the log', () => {
  it('keeps the beginning and the end within its bounds', () => {
    const log = new ConsoleLog(1000);
    for (let i = 0; i < 1000; i++) {
      log.add({ atMs: i, direction: 'received', text: `line ${i}` });
    }
    const lines = log.text().split('\n');
    expect(lines[0]).toBe('    0.000000 < line 0');
    expect(lines.at(-2)).toBe('    0.999000 < line 999');
    expect(lines.find((line) => line.startsWith('…'))).toMatch(/^… 9\d\d lines dropped …$/);
    expect(log.text().length).toBeLessThan(1200);
  });

  it('shows what is not printable', () => {
    expect(formatEntry({ atMs: 12_345.678, direction: 'sent', text: 'a\u001b\u00ff' })).toBe(
      '   12.345678 > a\\x1b\\xff',
    );
  });
});

describe('a port that does not open', () => {
  it.for([
    ['Error: No such file or directory, cannot open /dev/x', 'missing', 'there is no such port'],
    ['Error Resource temporarily unavailable Cannot lock port', 'busy', 'another program holds it'],
    ['Error: Permission denied, cannot open /dev/x', 'denied', 'this user may not open it'],
    [
      'Error: Inappropriate ioctl for device setting custom baud rate of 115200',
      'not-a-port',
      'it is not a serial port',
    ],
    ['Error: something else', 'unknown', 'something else'],
  ] as const)('is told why: %s', ([said, why, meaning]) => {
    expect(explainOpenFailure('/dev/x', said)).toMatchObject({
      code: 'SERIAL_OPEN_FAILED',
      message: `/dev/x could not be opened: ${meaning}`,
      context: { failure: why },
    });
  });
});
