import { crc16Hex, decimalField, parseLine, textField } from '#measurement';
import { damageText } from '../damage.mjs';

const kinds = new Set(['frame', 'ready', 'message', 'error', 'empty', 'garbage']);

function frame(body) {
  return `$${body}*${crc16Hex(body)}`;
}

const corpus = [
  frame('0a1b2c3d,0,hello,proto=1,build=0011223344556677,target=mps2-an500,ticks=systick,tickhz=25000000'),
  frame('0a1b2c3d,1,run,i=0,ticks=211601216'),
  frame('ffffffff,17,out,offset=0,hex=00ff7f80'),
  'm-ready',
  'm-lap-us-4294967295',
  'm-results-[0.250,0.750]',
  'm-[Expecting 96 bytes]',
  'e-[Unknown command: x]',
  '',
];

export function createTarget() {
  return {
    codes: ['PROTOCOL_ERROR'],
    make: (random) => {
      const line = random.pick(corpus);
      const at = line.lastIndexOf('*');
      // A line whose sum is right, however its fields are.
      if (at > 0 && random.integer(0, 1) === 0) return frame(damageText(line.slice(1, at), random));
      return damageText(line, random);
    },
    take: (line) => {
      const parsed = parseLine(line);
      if (!kinds.has(parsed.kind)) throw new Error(`a line of kind ${parsed.kind}`);
      if (parsed.kind === 'garbage') return parsed.reason;
      if (parsed.kind !== 'frame') return undefined;
      if (frame(line.slice(1, line.lastIndexOf('*'))) !== line) throw new Error('a frame whose sum is wrong');
      for (const name of parsed.fields.keys()) {
        textField(parsed, name);
        decimalField(parsed, name);
      }
      return undefined;
    },
  };
}
