import { noPadding, type Graph, type Op, type Padding, type Tensor } from '#network';

interface Conv {
  readonly from: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly padding?: Padding;
  readonly side: number;
  readonly channels: number;
  readonly depthwise?: boolean;
}

/** Square images only; the tensor made by row i has id i + 1, the input is 0. A row of two numbers adds two tensors. */
export function handMade(
  input: { readonly side: number; readonly channels: number },
  rows: readonly (Conv | readonly [number, number])[],
): Graph {
  const shapeOf = (side: number, channels: number): number[] => [1, side, side, channels];
  const tensors: Tensor[] = [{ name: 'input', shape: shapeOf(input.side, input.channels) }];
  const ops = rows.map((row, index): Op => {
    const name = `op${index}`;
    const outputs = [index + 1];
    if ('length' in row) {
      tensors.push({ name, shape: tensors[row[0]]!.shape });
      return { kind: 'add', name, inputs: [...row], outputs };
    }
    const { from, kernel, stride = 1, padding = noPadding, side, channels, depthwise = false } = row;
    tensors.push({ name, shape: shapeOf(side, channels) });
    const window = {
      name,
      inputs: [from],
      outputs,
      kernelHeight: kernel,
      kernelWidth: kernel,
      strideHeight: stride,
      strideWidth: stride,
      padding,
      dilationHeight: 1,
      dilationWidth: 1,
    };
    return depthwise
      ? { kind: 'depthwiseConv2d', ...window, depthMultiplier: 1 }
      : { kind: 'conv2d', ...window };
  });
  return { name: 'hand-made', tensors, ops, inputs: [0], outputs: [rows.length] };
}

export function pad(before: number, after = before): Padding {
  return { top: before, bottom: after, left: before, right: after };
}
