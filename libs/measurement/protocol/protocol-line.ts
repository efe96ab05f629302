import { crc16Hex } from './crc16.ts';

/** A line of tinyfarm's own, its sum right (docs/wire-protocol.md). */
export interface Frame {
  readonly kind: 'frame';
  /** Eight hexadecimal digits. */
  readonly nonce: string;
  readonly seq: number;
  readonly topic: string;
  readonly fields: ReadonlyMap<string, string>;
}

/** What a line from the firmware is. Everything that is none of the protocol's lines is garbage, with the reason. */
export type ProtocolLine =
  | Frame
  /** `m-ready`: the end of a command's answer, and of the boot. */
  | { readonly kind: 'ready' }
  /** Another line of the MLPerf Tiny harness, without its `m-`. */
  | { readonly kind: 'message'; readonly text: string }
  /** `e-[text]`. */
  | { readonly kind: 'error'; readonly text: string }
  | { readonly kind: 'empty'; readonly text: '' }
  | { readonly kind: 'garbage'; readonly text: string; readonly reason: string };

const framePattern =
  /^\$([0-9a-fA-F]{8}),(\d{1,10}),([a-z][a-z0-9]*)((?:,[^,=*$]+=[^,=*$]*)*)\*([0-9A-F]{4})$/;
const printable = /^[\x20-\x7e]*$/;

/** Never throws: whatever arrives is one of the kinds. */
export function parseLine(text: string): ProtocolLine {
  if (text === '') {
    return { kind: 'empty', text: '' };
  }
  if (!printable.test(text)) {
    return { kind: 'garbage', text, reason: 'bytes that are not ASCII' };
  }
  if (text.startsWith('$')) {
    return parseFrame(text);
  }
  if (text === 'm-ready') {
    return { kind: 'ready' };
  }
  if (text.startsWith('m-')) {
    return { kind: 'message', text: text.slice(2) };
  }
  const error = /^e-\[(.*)\]$/.exec(text);
  return error === null
    ? { kind: 'garbage', text, reason: 'no line of the protocol' }
    : { kind: 'error', text: error[1]! };
}

function parseFrame(text: string): ProtocolLine {
  const found = framePattern.exec(text);
  if (found === null) {
    return { kind: 'garbage', text, reason: 'a damaged frame' };
  }
  const [, nonce, seq, topic, rest, sum] = found as unknown as string[];
  const expected = crc16Hex(text.slice(1, -5));
  if (sum !== expected) {
    return { kind: 'garbage', text, reason: `checksum ${sum}, expected ${expected}` };
  }
  const fields = new Map<string, string>();
  for (const pair of rest!.split(',').slice(1)) {
    const at = pair.indexOf('=');
    fields.set(pair.slice(0, at), pair.slice(at + 1));
  }
  return { kind: 'frame', nonce: nonce!, seq: Number(seq), topic: topic!, fields };
}

/** The line of a frame: what the firmware does, for tests and simulated boards. */
export function formatFrame(
  nonce: string,
  seq: number,
  topic: string,
  fields: Readonly<Record<string, string | number>> = {},
): string {
  const pairs = Object.entries(fields).map(([key, value]) => `,${key}=${value}`);
  const body = `${nonce},${seq},${topic}${pairs.join('')}`;
  return `$${body}*${crc16Hex(body)}`;
}
