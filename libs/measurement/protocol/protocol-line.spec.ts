import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc16Hex } from './crc16.ts';
import { formatFrame, parseLine } from './protocol-line.ts';

const nonce = fc.stringMatching(/^[0-9a-f]{8}$/);
const key = fc.stringMatching(/^[a-z0-9]{1,8}$/);
const value = fc.stringMatching(/^[ -#%-)+\-.-<>-~]{1,40}$/);
const frame = fc.record({
  nonce,
  seq: fc.nat(),
  topic: fc.stringMatching(/^[a-z]{1,8}$/),
  fields: fc.uniqueArray(fc.tuple(key, value), { maxLength: 8, selector: ([name]) => name }),
});

describe('crc16', () => {
  it('is CRC-16/CCITT-FALSE', () => {
    expect(crc16Hex('123456789')).toBe('29B1');
    expect(crc16Hex('')).toBe('FFFF');
  });
});

describe('parseLine', () => {
  it.for([
    ['m-ready', { kind: 'ready' }],
    ['m-init-done', { kind: 'message', text: 'init-done' }],
    ['e-[Unknown command: x]', { kind: 'error', text: 'Unknown command: x' }],
    ['', { kind: 'empty', text: '' }],
    ['hello', { kind: 'garbage', text: 'hello', reason: 'no line of the protocol' }],
    ['m-ready\u0000', { kind: 'garbage', text: 'm-ready\u0000', reason: 'bytes that are not ASCII' }],
    ['$00000000,0', { kind: 'garbage', text: '$00000000,0', reason: 'a damaged frame' }],
  ] as const)('knows %j', ([text, expected]) => {
    expect(parseLine(text)).toEqual(expected);
  });

  it('reads a frame', () => {
    const text = '$1234abcd,7,run,i=0,ticks=123456*' + crc16Hex('1234abcd,7,run,i=0,ticks=123456');
    expect(parseLine(text)).toEqual({
      kind: 'frame',
      nonce: '1234abcd',
      seq: 7,
      topic: 'run',
      fields: new Map([
        ['i', '0'],
        ['ticks', '123456'],
      ]),
    });
  });

  it('reads whatever can be written', () => {
    fc.assert(
      fc.property(frame, ({ nonce, seq, topic, fields }) => {
        const text = formatFrame(nonce, seq, topic, Object.fromEntries(fields));
        expect(parseLine(text)).toEqual({ kind: 'frame', nonce, seq, topic, fields: new Map(fields) });
      }),
    );
  });

  it('makes something of any bytes, and a frame of none but those with the right sum', () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array).toString('latin1'));
    fc.assert(
      fc.property(
        fc.oneof(
          bytes,
          fc.string(),
          bytes.map((text) => `$${text}`),
        ),
        (text) => {
          const line = parseLine(text);
          if (line.kind === 'frame') {
            expect(crc16Hex(text.slice(1, -5))).toBe(text.slice(-4));
          } else {
            expect(line.kind).toMatch(/^(ready|message|error|empty|garbage)$/);
          }
        },
      ),
      { numRuns: 2000, seed: 20_261_123 },
    );
  });

  it('takes no frame with one, two or three bits flipped', () => {
    const flips = fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(frame, flips, ({ nonce, seq, topic, fields }, places) => {
        const bytes = Buffer.from(formatFrame(nonce, seq, topic, Object.fromEntries(fields)), 'latin1');
        const whole = bytes.toString('latin1');
        for (const place of places) {
          bytes[(place >> 3) % bytes.length]! ^= 1 << (place & 7);
        }
        const text = bytes.toString('latin1');
        fc.pre(text !== whole);
        expect(parseLine(text).kind).not.toBe('frame');
      }),
      // One time in many thousands damage hits the sum as well, so the cases are always the same.
      { numRuns: 3000, seed: 20_261_123 },
    );
  });

  it('takes no frame with its end or its middle missing', () => {
    fc.assert(
      fc.property(
        frame,
        fc.nat(),
        fc.integer({ min: 1, max: 10 }),
        ({ nonce, seq, topic, fields }, at, count) => {
          const whole = formatFrame(nonce, seq, topic, Object.fromEntries(fields));
          const start = at % whole.length;
          const text = whole.slice(0, start) + whole.slice(start + count);
          // A burst that is lost is found with the probability of the sum, 65535 in 65536; equal halves are no loss.
          fc.pre(text !== whole && crc16Hex(text.slice(1, -5)) !== text.slice(-4));
          expect(parseLine(text).kind).not.toBe('frame');
        },
      ),
    );
  });
});
