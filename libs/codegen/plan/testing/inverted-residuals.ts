import type { Graph, Op, Padding, Tensor } from '#network';

/** One inverted residual: expand 1×1, depthwise k×k, project 1×1, and an addition where shape and stride allow. */
export interface TestBlock {
  readonly kernel: number;
  readonly stride: number;
  /** 1: no expansion. */
  readonly expand: number;
  readonly channels: number;
}

export interface TestNetwork {
  readonly resolution: number;
  readonly stemChannels: number;
  readonly blocks: readonly TestBlock[];
  readonly classes: number;
  /** `torch` pads both sides alike, `tflite` as its SAME does: the odd element goes to the end. Default `torch`. */
  readonly padding?: 'torch' | 'tflite';
}

/** A MobileNetV2-style network in the shape of the MCUNet family, for planning. */
export function invertedResidualGraph(network: TestNetwork): Graph {
  const tensors: Tensor[] = [{ name: 'input', shape: [1, network.resolution, network.resolution, 3] }];
  const ops: Op[] = [];
  const size = (id: number): number => tensors[id]!.shape[1]!;
  const channels = (id: number): number => tensors[id]!.shape.at(-1)!;
  const push = (name: string, shape: number[], op: (output: number) => Op): number => {
    const output = tensors.push({ name, shape }) - 1;
    ops.push(op(output));
    return output;
  };
  const windowOp = (name: string, input: number, kernel: number, stride: number, out?: number): number => {
    const padding = paddingOf(size(input), kernel, stride, network.padding ?? 'torch');
    const side = Math.floor((size(input) + padding.top + padding.bottom - kernel) / stride) + 1;
    const window = {
      kernelHeight: kernel,
      kernelWidth: kernel,
      strideHeight: stride,
      strideWidth: stride,
      padding,
      dilationHeight: 1,
      dilationWidth: 1,
    };
    return push(name, [1, side, side, out ?? channels(input)], (output) =>
      out === undefined
        ? { kind: 'depthwiseConv2d', name, inputs: [input], outputs: [output], ...window, depthMultiplier: 1 }
        : { kind: 'conv2d', name, inputs: [input], outputs: [output], ...window },
    );
  };

  let current = windowOp('stem', 0, 3, 2, network.stemChannels);
  for (const [index, block] of network.blocks.entries()) {
    const start = current;
    if (block.expand > 1)
      current = windowOp(`b${index}_expand`, current, 1, 1, channels(start) * block.expand);
    current = windowOp(`b${index}_depthwise`, current, block.kernel, block.stride);
    const projected = windowOp(`b${index}_project`, current, 1, 1, block.channels);
    current = projected;
    if (block.stride === 1 && channels(start) === block.channels) {
      current = push(`b${index}_add`, [...tensors[start]!.shape], (output) => ({
        kind: 'add',
        name: `b${index}_add`,
        inputs: [start, projected],
        outputs: [output],
      }));
    }
  }
  const side = size(current);
  const last = current;
  current = push('pool', [1, 1, 1, channels(last)], (output) => ({
    kind: 'averagePool2d',
    name: 'pool',
    inputs: [last],
    outputs: [output],
    kernelHeight: side,
    kernelWidth: side,
    strideHeight: 1,
    strideWidth: 1,
    padding: { top: 0, bottom: 0, left: 0, right: 0 },
  }));
  const pooled = current;
  current = push('classes', [1, network.classes], (output) => ({
    kind: 'fullyConnected',
    name: 'classes',
    inputs: [pooled],
    outputs: [output],
  }));
  return { name: 'inverted-residuals', tensors, ops, inputs: [0], outputs: [current] };
}

function paddingOf(side: number, kernel: number, stride: number, style: 'torch' | 'tflite'): Padding {
  const half = Math.floor(kernel / 2);
  if (style === 'torch') return { top: half, bottom: half, left: half, right: half };
  const total = Math.max(0, (Math.ceil(side / stride) - 1) * stride + kernel - side);
  const before = Math.floor(total / 2);
  return { top: before, bottom: total - before, left: before, right: total - before };
}
