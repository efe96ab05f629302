import { describe, expect, it } from 'vitest';
import { builtin } from './operator-names.ts';
import { readTflite } from './read-tflite.ts';
import { tensorType } from './tflite-model.ts';
import { serialiseTflite, type FileGraph, type FileTensor } from './write/tflite-file.ts';

const int8: FileTensor = { name: 'x', shape: [1, 4], type: tensorType.int8, scales: [0.5], zeroPoint: 3 };
const float: FileTensor = { name: 'f', shape: [1, 4], type: tensorType.float32 };

function fileOf(parts: Pick<FileGraph, 'tensors' | 'ops'> & Partial<FileGraph>): Uint8Array {
  return serialiseTflite({ name: 'main', inputs: [0], outputs: [parts.tensors.length - 1], ...parts });
}

function op(code: number, input: number, output: number): FileGraph['ops'][number] {
  return { code, version: 1, inputs: [input], outputs: [output] };
}

describe('a .tflite that cannot be run', () => {
  it('is refused by operator and index, with what could replace it', () => {
    const bytes = fileOf({ tensors: [int8, int8, int8], ops: [op(builtin.TANH, 0, 1), op(36, 1, 2)] });
    expect(() => readTflite(bytes, 'n')).toThrow(
      expect.objectContaining({
        code: 'CANDIDATE_UNSUPPORTED',
        message: 'op 1 (GATHER) is not supported; it could be replaced by STRIDED_SLICE or SPLIT',
      }),
    );
  });

  it.each([
    [
      'a float layer inside',
      fileOf({ tensors: [int8, float, int8], ops: [op(builtin.TANH, 0, 1), op(builtin.TANH, 1, 2)] }),
      'op 0 (TANH): tensor 1 (f) is float32, expected int8',
    ],
    [
      'a tensor without scale',
      fileOf({ tensors: [int8, { ...int8, scales: [] }], ops: [op(builtin.TANH, 0, 1)] }),
      'op 0 (TANH): tensor 1 (x) has the scales [], expected one above 0',
    ],
    [
      'a scale that vanishes where it is divided by',
      fileOf({
        tensors: [
          { ...int8, scales: [1e-44] },
          { ...int8, scales: [0.0625], zeroPoint: 127 },
        ],
        ops: [op(builtin.LOG_SOFTMAX, 0, 1)],
      }),
      'op 0 (logSoftmax x): its scales give the factor Infinity, expected less than 2^30',
    ],
    [
      'shapes that do not fit',
      fileOf({ tensors: [int8, { ...int8, shape: [1, 5] }], ops: [op(builtin.TANH, 0, 1)] }),
      'op 0 (tanh x): its output is 1x5, expected 1x4',
    ],
    [
      'a tensor that nothing makes',
      fileOf({ tensors: [int8, int8, int8], ops: [op(builtin.TANH, 1, 2)] }),
      'op 0 (tanh x): its input, tensor 1, has no value yet, expected one that an op before makes',
    ],
    [
      'an unknown tensor',
      fileOf({ tensors: [int8, int8], ops: [op(builtin.TANH, 9, 1)] }),
      'not a whole .tflite: op 0 (TANH) refers to tensor 9, expected one of the 2 there are',
    ],
  ])('is refused for %s', (_, bytes, message) => {
    expect(() => readTflite(bytes, 'n')).toThrow(expect.objectContaining({ message }));
  });

  it('is refused for offsets that lead outside', () => {
    const bytes = fileOf({ tensors: [int8, int8], ops: [op(builtin.TANH, 0, 1)] });
    new DataView(bytes.buffer).setUint32(0, 1_000_000, true);
    expect(() => readTflite(bytes, 'n')).toThrow(
      `not a whole .tflite: Model lies at 1000000 and has 4 bytes, expected it within the ${bytes.length} bytes there are`,
    );
  });
});

describe('float ends of a .tflite', () => {
  it('are stripped and reported, with what runs in float after them', () => {
    const bytes = fileOf({
      tensors: [float, int8, int8, float, float],
      ops: [
        op(builtin.QUANTIZE, 0, 1),
        op(builtin.TANH, 1, 2),
        op(builtin.DEQUANTIZE, 2, 3),
        op(builtin.SOFTMAX, 3, 4),
      ],
    });
    const { network, notes } = readTflite(bytes, 'n');
    expect(network.graph.ops.map(({ kind }) => kind)).toEqual(['tanh']);
    expect(notes).toEqual([
      'input 0: op 0 (QUANTIZE) stripped, float32 became int8 (scale 0.5, zero point 3)',
      'output 0: op 2 (DEQUANTIZE), op 3 (SOFTMAX) stripped, float32 became int8 (scale 0.5, zero point 3)',
    ]);
  });

  it('may be uint8 of the same scale', () => {
    const uint8: FileTensor = { ...int8, type: tensorType.uint8, zeroPoint: 131 };
    const bytes = fileOf({
      tensors: [uint8, int8, int8],
      ops: [op(builtin.QUANTIZE, 0, 1), op(builtin.TANH, 1, 2)],
    });
    expect(readTflite(bytes, 'n').notes).toEqual([
      'input 0: op 0 (QUANTIZE) stripped, uint8 became int8 (subtract 128 from each byte)',
    ]);
  });
});
