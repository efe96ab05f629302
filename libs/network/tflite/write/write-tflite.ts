import type { Op } from '../../graph/graph.ts';
import type { Network } from '../../graph/network.ts';
import { FileGraphBuilder } from './file-graph-builder.ts';
import {
  writeArithmetic,
  writeConcatenation,
  writeLeakyRelu,
  writeMean,
  writePad,
  writePlain,
  writePool2d,
  writeReshape,
  writeResize,
  writeSoftmax,
  writeSplit,
  writeStridedSlice,
  writeTranspose,
} from './simple.ts';
import { serialiseTflite } from './tflite-file.ts';
import { writeConv2d, writeDepthwiseConv2d, writeFullyConnected, writeTransposeConv2d } from './weighted.ts';

/**
 * Writes a network as a .tflite that reads back as the same network and runs alike in any TFLite engine. Padding that
 * is neither SAME nor VALID becomes a PAD; CANDIDATE_UNSUPPORTED where there is none that would do.
 */
export function writeTflite(network: Network): Uint8Array {
  const file = new FileGraphBuilder(network);
  for (const [index, op] of network.graph.ops.entries()) {
    writeOp(file, op, index);
  }
  return serialiseTflite(file.build());
}

function writeOp(file: FileGraphBuilder, op: Op, index: number): void {
  switch (op.kind) {
    case 'conv2d':
      return writeConv2d(file, op, index);
    case 'depthwiseConv2d':
      return writeDepthwiseConv2d(file, op, index);
    case 'transposeConv2d':
      return writeTransposeConv2d(file, op, index);
    case 'fullyConnected':
      return writeFullyConnected(file, op, index);
    case 'add':
    case 'sub':
    case 'mul':
      return writeArithmetic(file, op);
    case 'averagePool2d':
    case 'maxPool2d':
      return writePool2d(file, op);
    case 'mean':
      return writeMean(file, op);
    case 'reshape':
      return writeReshape(file, op);
    case 'pad':
      return writePad(file, op);
    case 'transpose':
      return writeTranspose(file, op);
    case 'concatenation':
      return writeConcatenation(file, op);
    case 'split':
      return writeSplit(file, op);
    case 'stridedSlice':
      return writeStridedSlice(file, op);
    case 'softmax':
      return writeSoftmax(file, op);
    case 'leakyRelu':
      return writeLeakyRelu(file, op);
    case 'resizeBilinear':
    case 'resizeNearestNeighbor':
      return writeResize(file, op);
    case 'logSoftmax':
    case 'logistic':
    case 'tanh':
    case 'relu':
    case 'relu6':
    case 'hardSwish':
    case 'quantize':
      return writePlain(file, op);
    case 'constant':
      return file.fill(op.outputs[0]!, file.network.parameters[index]!.weights!);
    default:
      op satisfies never;
  }
}
