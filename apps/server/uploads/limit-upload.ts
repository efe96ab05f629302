import { Transform, type Readable } from 'node:stream';

import type { Request } from 'express';

import { FarmError } from '#core';

interface Magic {
  readonly offset: number;
  readonly bytes: readonly number[];
  readonly is: string;
}

/** First bytes of the kinds that have some. */
const magics: Readonly<Record<string, readonly Magic[]>> = {
  tflite: [{ offset: 4, bytes: [0x54, 0x46, 0x4c, 0x33], is: 'TFL3 at byte 4' }],
  elf: [{ offset: 0, bytes: [0x7f, 0x45, 0x4c, 0x46], is: '7f 45 4c 46 at the start' }],
  genotype: [{ offset: 0, bytes: [0x7b], is: 'a JSON object' }],
  subnet: [{ offset: 0, bytes: [0x7b], is: 'a JSON object' }],
  archive: [
    { offset: 0, bytes: [0x1f, 0x8b], is: 'gzip' },
    { offset: 0, bytes: [0x50, 0x4b], is: 'PK' },
    { offset: 257, bytes: [0x75, 0x73, 0x74, 0x61, 0x72], is: 'ustar at byte 257' },
  ],
};

/** How many bytes a file that is sent as a request's body says to have. Error MEDIA_TYPE_UNSUPPORTED. */
export function requireOctets({ headers }: Request): number {
  const type = headers['content-type'];
  if (type !== 'application/octet-stream') {
    throw new FarmError(
      'MEDIA_TYPE_UNSUPPORTED',
      `the content type is ${type ?? 'not given'}, expected application/octet-stream`,
    );
  }
  return Number(headers['content-length'] ?? 0);
}

/** Passes an upload on, up to its limit, and only while it begins like what it claims to be. */
export function limitUpload(
  source: Readable,
  kind: string,
  maxBytes: number,
  declaredBytes: number,
): Readable {
  if (declaredBytes > maxBytes) throw tooLarge(`${declaredBytes} bytes`, maxBytes);
  const expected = magics[kind] ?? [];
  const needed = Math.max(0, ...expected.map(({ offset, bytes }) => offset + bytes.length));
  let head: Buffer = Buffer.alloc(0);
  let checked = needed === 0;
  let total = 0;
  const wrong = (): FarmError =>
    new FarmError(
      'CANDIDATE_INVALID',
      `the upload is no ${kind}: expected ${expected.map(({ is }) => is).join(' or ')}`,
    );
  const gate = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      total += chunk.length;
      if (total > maxBytes) {
        done(tooLarge(`more than ${maxBytes} bytes`, maxBytes));
        return;
      }
      if (checked) {
        done(null, chunk);
        return;
      }
      head = Buffer.concat([head, chunk]);
      if (head.length < needed) {
        done();
        return;
      }
      checked = true;
      if (expected.some((magic) => matches(head, magic))) done(null, head);
      else done(wrong());
    },
    flush(done) {
      if (total === 0) done(new FarmError('CANDIDATE_INVALID', 'the upload is empty'));
      else if (checked) done();
      // Shorter than the longest of the marks: a small gzip is still a gzip.
      else if (expected.some((magic) => matches(head, magic))) done(null, head);
      else done(wrong());
    },
  });
  source.on('error', (error) => gate.destroy(error));
  source.on('aborted', () => gate.destroy(new FarmError('INPUT_INVALID', 'the upload broke off')));
  return source.pipe(gate);
}

function matches(head: Buffer, { offset, bytes }: Magic): boolean {
  return bytes.every((byte, index) => head[offset + index] === byte);
}

function tooLarge(what: string, maxBytes: number): FarmError {
  return new FarmError('UPLOAD_TOO_LARGE', `the upload has ${what}, expected at most ${maxBytes}`);
}
