import { describe, expect, it } from 'vitest';
import { formatBlock, parseBlock } from './block-string.ts';

describe('block strings', () => {
  it.each([
    ['ir_k7_s2_e3_c24', { kernel: 7, stride: 2, expansion: 3, channels: 24 }],
    ['ir_k3_s1_e4_c16_m50', { kernel: 3, stride: 1, expansion: 4, channels: 16, midChannels: 50 }],
    ['ir_k5_s1_e1_c8_noskip', { kernel: 5, stride: 1, expansion: 1, channels: 8, skip: false }],
    [
      'ir_k5_s1_e2_c8_m9_skip',
      { kernel: 5, stride: 1, expansion: 2, channels: 8, midChannels: 9, skip: true },
    ],
  ])('reads %s and writes it again', (text, block) => {
    expect(parseBlock(text, 'here')).toEqual(block);
    expect(formatBlock(parseBlock(text, 'here'))).toBe(text);
  });

  it.each([
    [
      'ir_k3_s1',
      'blocks[2]: "ir_k3_s1", expected ir_k<kernel>_s<stride>_e<expansion>_c<channels>[_m<mid channels>][_skip|_noskip]',
    ],
    ['ir_k4_s1_e1_c8', 'blocks[2]: "ir_k4_s1_e1_c8": kernel 4, expected an odd number up to 31'],
    ['ir_k3_s0_e1_c8', 'blocks[2]: "ir_k3_s0_e1_c8": stride 0, expected 1 to 4'],
    ['ir_k3_s1_e0_c8', 'blocks[2]: "ir_k3_s1_e0_c8": expansion 0, expected 1 or more'],
    ['ir_k3_s1_e1_c0', 'blocks[2]: "ir_k3_s1_e1_c0": 0 channels, expected 1 or more'],
    ['ir_k3_s1_e1_c8_m0', 'blocks[2]: "ir_k3_s1_e1_c8_m0": 0 mid channels, expected 1 or more'],
  ])('refuses %s, saying where', (text, message) => {
    expect(() => parseBlock(text, 'blocks[2]')).toThrow(
      expect.objectContaining({ code: 'CANDIDATE_INVALID', message }),
    );
  });
});
