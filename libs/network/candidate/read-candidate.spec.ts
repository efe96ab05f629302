import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { graphMacs } from '../graph/counts.ts';
import { writeTflite } from '../tflite/write/write-tflite.ts';
import { readCandidate } from './read-candidate.ts';

const examples = join(import.meta.dirname, '../../../examples');

const subnet = {
  first_conv: { kernel_size: 3, stride: 2, in_channels: 3, out_channels: 8, act_func: 'relu6' },
  blocks: [
    {
      mobile_inverted_conv: {
        name: 'MBInvertedConvLayer',
        in_channels: 8,
        out_channels: 4,
        kernel_size: 3,
        stride: 1,
        expand_ratio: 1,
        mid_channels: null,
      },
      shortcut: null,
    },
    { mobile_inverted_conv: { name: 'ZeroLayer', stride: 1 }, shortcut: { name: 'IdentityLayer' } },
    {
      mobile_inverted_conv: {
        name: 'MBInvertedConvLayer',
        in_channels: 4,
        out_channels: [4],
        kernel_size: 5,
        stride: 1,
        expand_ratio: 3,
        mid_channels: 10,
      },
      shortcut: { name: 'IdentityLayer' },
    },
  ],
  feature_mix_layer: null,
  classifier: { in_features: 4, out_features: 7 },
  resolution: 16,
};

function bytesOf(json: unknown): Uint8Array {
  return new TextEncoder().encode(typeof json === 'string' ? json : JSON.stringify(json));
}

describe('reading a candidate', () => {
  it.each([
    ['in0', 6_364_224],
    ['vww', 11_578_816],
  ])('takes the example %s', async (name, macs) => {
    const path = join(examples, `${name}.json`);
    const candidate = await readCandidate(path);
    expect(candidate).toMatchObject({ name, kind: 'genotype' });
    expect(graphMacs(candidate.graph)).toBe(macs);
    expect(candidate.hash).toBe(
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    );
  });

  it('takes a subnet: mid channels before expansion, zero layers left out, shortcuts as told', async () => {
    const { kind, graph, genotype } = await readCandidate(bytesOf(subnet), { name: 'sub' });
    expect(kind).toBe('subnet');
    expect(genotype!.blocks).toHaveLength(2);
    expect(graph.ops.map((op) => `${op.name} ${graph.tensors[op.outputs[0]!]!.shape.at(-1)}`)).toEqual([
      'stem 8',
      'block0_depthwise 8',
      'block0_project 4',
      'block1_expand 10',
      'block1_depthwise 10',
      'block1_project 4',
      'block1_add 4',
      'pool 4',
      'flatten 4',
      'classifier 7',
    ]);
  });

  it('refuses before it works for hours', async () => {
    const vast = {
      format: 'tinyfarm-genotype/1',
      name: 'vast',
      resolution: 1024,
      classes: 2,
      stem: { kernel: 31, stride: 1, channels: 999 },
      blocks: [],
    };
    await expect(readCandidate(bytesOf(vast))).rejects.toMatchObject({
      code: 'CANDIDATE_INVALID',
      message: expect.stringMatching(/^candidate has \d+ MACs, expected at most 2000000000$/) as string,
    });
  });

  it('takes a .tflite', async () => {
    const { network } = await readCandidate(bytesOf(subnet), { name: 'sub' });
    const candidate = await readCandidate(writeTflite(network), { name: 'file' });
    expect(candidate).toMatchObject({
      name: 'file',
      kind: 'tflite',
      notes: ['1 PAD folded into the ops that read them'],
    });
    expect(graphMacs(candidate.graph)).toBe(graphMacs(network.graph));
  });

  it.each([
    [
      'truncated JSON',
      '{"format": "tinyfarm-genotype/1", ',
      /^bad is not JSON: .+, expected a genotype, a subnet or a .tflite$/,
    ],
    [
      'another JSON',
      {},
      /^bad has neither "format" \(a genotype\) nor "first_conv" \(a subnet\), expected one of them$/,
    ],
    [
      'impossible channels',
      { ...subnet, classifier: { in_features: 5, out_features: 7 } },
      /^subnet: classifier takes 5 channels, expected 4 as the layer before gives$/,
    ],
    [
      'a channel count that is none',
      { ...subnet, first_conv: { ...subnet.first_conv, out_channels: 0 } },
      /^subnet: first_conv.out_channels: /,
    ],
    ['damaged bytes', '\0\0\0\0TFL3\0\0\0\0', /^not a whole .tflite: /],
  ])('refuses %s in one line', async (_, content, message) => {
    await expect(readCandidate(bytesOf(content), { name: 'bad' })).rejects.toThrow(
      expect.objectContaining({
        code: 'CANDIDATE_INVALID',
        message: expect.stringMatching(message) as string,
      }),
    );
  });

  it('says which file cannot be read', async () => {
    await expect(readCandidate('no/such/file.json')).rejects.toThrow(
      expect.objectContaining({
        code: 'FILE_NOT_READABLE',
        message: expect.stringMatching(/^no\/such\/file.json cannot be read: ENOENT/) as string,
      }),
    );
  });
});
