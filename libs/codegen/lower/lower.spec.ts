import { describe, expect, it } from 'vitest';
import { noPadding, type DepthwiseConv2dOp, type Graph, type Op, type Window2d } from '#network';
import { planMemory } from '../plan/index.ts';
import { quadsShape } from './choose-depthwise.ts';
import { lower } from './lower.ts';

const onePixel: Window2d = {
  kernelHeight: 1,
  kernelWidth: 1,
  strideHeight: 1,
  strideWidth: 1,
  padding: noPadding,
};

function graphOf(shapes: readonly (readonly number[])[], ops: readonly Op[]): Graph {
  const tensors = shapes.map((shape, id) => ({ name: `t${id}`, shape }));
  return { name: 'graph', tensors, ops, inputs: [0], outputs: [shapes.length - 1] };
}

function convolution(window: Partial<Window2d>, input = 0, output = 1): Op {
  return {
    kind: 'conv2d',
    name: 'conv',
    inputs: [input],
    outputs: [output],
    dilationHeight: 1,
    dilationWidth: 1,
    ...onePixel,
    ...window,
  };
}

function depthwise(kernel: number, stride: number, depthMultiplier = 1): Op {
  return {
    kind: 'depthwiseConv2d',
    name: 'depthwise',
    inputs: [0],
    outputs: [1],
    depthMultiplier,
    dilationHeight: 1,
    dilationWidth: 1,
    kernelHeight: kernel,
    kernelWidth: kernel,
    strideHeight: stride,
    strideWidth: stride,
    padding: noPadding,
  };
}

describe('choice of kernels', () => {
  it('takes the 1x1 kernel only where no window moves', () => {
    const shapes = [
      [1, 8, 8, 6],
      [1, 8, 8, 4],
    ];
    expect(lower(graphOf(shapes, [convolution({})]))[0]).toMatchObject({
      name: '00_pointwise',
      kernel: 'pointwise',
      macs: 8 * 8 * 6 * 4,
      scratchBytes: 5 * 2 * 8,
    });
    const strided = [
      [1, 8, 8, 6],
      [1, 4, 4, 4],
    ];
    const [step] = lower(graphOf(strided, [convolution({ strideHeight: 2, strideWidth: 2 })]));
    expect(step).toMatchObject({ kernel: 'conv2d', scratchBytes: 5 * 2 * 8 + 8 });
  });

  it('convolves fewer pixels at a time where that saves some of the arena and little time', () => {
    const padding = { top: 1, bottom: 1, left: 1, right: 1 };
    const square = { kernelHeight: 3, kernelWidth: 3, padding };
    const shapes = Array.from({ length: 6 }, () => [1, 16, 16, 16]);
    const ops: Op[] = [0, 1, 2, 3].map((i) => convolution(square, i, i + 1));
    const skip: Op = { kind: 'add', name: 'skip', inputs: [3, 4], outputs: [5] };
    const together = (some: Op[]): unknown[] =>
      lower(graphOf(shapes.slice(0, some.length + 1), some)).map((step) => step.pixelsTogether);
    expect(together(ops.slice(0, 1))).toEqual([5]);
    expect(together([...ops, skip])).toEqual([5, 5, 5, 5, undefined]);
    const wide: Op = { kind: 'add', name: 'skip', inputs: [2, 4], outputs: [5] };
    expect(together([...ops, wide])).toEqual([5, 5, 5, 2, undefined]);
  });

  it('needs scratch for no more pixels than there are', () => {
    const shapes = [
      [1, 1, 2, 16],
      [1, 1, 2, 4],
    ];
    expect(lower(graphOf(shapes, [convolution({})]))[0]!.scratchBytes).toBe(2 * 2 * 16);
  });

  it('takes one channel at a time for 3x3, 5x5 and 7x7 of wide images, else four', () => {
    const kernelOf = (kernel: number, stride: number, multiplier = 1): string => {
      const side = Math.floor((20 - kernel) / stride) + 1;
      const shapes = [
        [1, 20, 20, 3],
        [1, side, side, 3 * multiplier],
      ];
      return lower(graphOf(shapes, [depthwise(kernel, stride, multiplier)]))[0]!.kernel;
    };
    expect(kernelOf(3, 1)).toBe('depthwise3x3s1');
    expect(kernelOf(7, 2)).toBe('depthwise7x7s2');
    expect(kernelOf(5, 3)).toBe('depthwiseQuads');
    expect(kernelOf(4, 1)).toBe('depthwiseQuads');
    expect(kernelOf(3, 1, 2)).toBe('depthwiseQuads');
    expect(kernelOf(18, 1)).toBe('depthwiseQuads');
  });

  it('leaves windows that lie in the padding altogether to the kernel for any window', () => {
    const shapes = [
      [1, 20, 20, 3],
      [1, 21, 18, 3],
    ];
    const padding = { top: 3, bottom: 0, left: 0, right: 0 };
    const padded = { ...depthwise(3, 1), padding } as Op;
    expect(lower(graphOf(shapes, [padded]))[0]!.kernel).toBe('depthwiseQuads');
  });

  it('takes a column for a row, and holds no more rows of four channels than windows need', () => {
    const column = { ...depthwise(1, 1), kernelHeight: 5 } as DepthwiseConv2dOp;
    const columns = [
      [1, 28, 1, 128],
      [1, 24, 1, 128],
    ];
    expect(quadsShape(graphOf(columns, [column]), column)).toMatchObject({
      inHeight: 1,
      inWidth: 28,
      kernelHeight: 1,
      kernelWidth: 5,
      slabRows: 1,
      scratchBytes: 8 * (5 + 28),
    });
    const strided = depthwise(5, 3) as DepthwiseConv2dOp;
    const images = [
      [1, 80, 80, 4],
      [1, 26, 26, 4],
    ];
    expect(quadsShape(graphOf(images, [strided]), strided)).toMatchObject({ slabRows: 17, slabWidth: 80 });
  });

  it('gives the depthwise plane room for whole blocks of four outputs', () => {
    const shapes = [
      [1, 9, 9, 1],
      [1, 7, 7, 1],
    ];
    expect(lower(graphOf(shapes, [depthwise(3, 1)]))[0]!.scratchBytes).toBe(2 * 9 * (8 + 2));
  });
});

describe('what the planner is told', () => {
  it('lets depthwise and additions take the place of an input that nobody reads later', () => {
    const shapes = [
      [1, 6, 6, 4],
      [1, 6, 6, 4],
      [1, 6, 6, 4],
    ];
    const add: Op = { kind: 'add', name: 'add', inputs: [0, 1], outputs: [2] };
    const kept = graphOf(shapes, [convolution({}), add]);
    expect(lower(kept)[1]!.inPlace).toEqual({ input: 0, output: 2 });
    expect(planMemory(kept, lower(kept)).arenaBytes).toBe(2 * 144 + 40);
    const readLater: Graph = { ...kept, outputs: [0, 2] };
    expect(lower(readLater)[1]!.inPlace).toEqual({ input: 1, output: 2 });
  });

  it('lets a 1x1 convolution take the place of its input, with more channels or fewer', () => {
    const shapes = [
      [1, 6, 6, 4],
      [1, 6, 6, 12],
      [1, 6, 6, 2],
    ];
    const graph = graphOf(shapes, [convolution({}), convolution({}, 1, 2)]);
    expect(lower(graph).map(({ inPlace }) => inPlace)).toEqual([
      { input: 0, output: 1 },
      { input: 1, output: 2 },
    ]);
    expect(planMemory(graph, lower(graph)).arenaBytes).toBe(36 * 12 + 5 * 2 * 12);
    const strided = [
      [1, 6, 6, 4],
      [1, 3, 3, 4],
    ];
    const [step] = lower(graphOf(strided, [convolution({ strideHeight: 2, strideWidth: 2 })]));
    expect(step!.inPlace).toBeUndefined();
  });

  it('moves no bytes for a reshape', () => {
    const shapes = [
      [1, 2, 2, 4],
      [1, 16],
    ];
    const reshape: Op = { kind: 'reshape', name: 'flat', inputs: [0], outputs: [1] };
    expect(lower(graphOf(shapes, [reshape]))[0]).toMatchObject({ alias: { input: 0, output: 1 }, macs: 0 });
  });
});

describe('constant tensors', () => {
  const shapes = [
    [1, 6],
    [1, 6],
    [1, 6],
  ];
  const constant: Op = { kind: 'constant', name: 'constant', inputs: [], outputs: [1] };

  it('stay in flash where kernels read them, and take no place of the arena', () => {
    const add: Op = { kind: 'add', name: 'add', inputs: [1, 0], outputs: [2] };
    const graph = graphOf(shapes, [constant, add]);
    const steps = lower(graph);
    expect(steps[0]).toMatchObject({ reads: [], writes: [] });
    expect(steps[1]).toMatchObject({ reads: [0], writes: [2], inPlace: { input: 0, output: 2 } });
    expect(planMemory(graph, steps).tensorOffsets.has(1)).toBe(false);
  });

  it('go to the arena where they are outputs or get another name', () => {
    const reshape: Op = { kind: 'reshape', name: 'flat', inputs: [1], outputs: [2] };
    expect(lower(graphOf(shapes, [constant, reshape]))[0]!.writes).toEqual([1]);
    expect(lower({ ...graphOf(shapes, [constant]), outputs: [1] })[0]!.writes).toEqual([1]);
  });
});

describe('what may run in place', () => {
  const inPlace = (op: Op, input: number[], output: number[]): unknown =>
    lower(graphOf([input, output], [op]))[0]!.inPlace;
  const into = { input: 0, output: 1 };

  it('is what maps each value by itself, but no convolution of a batch', () => {
    expect(inPlace({ kind: 'tanh', name: 'tanh', inputs: [0], outputs: [1] }, [1, 9], [1, 9])).toEqual(into);
    expect(inPlace(convolution({}), [1, 4, 4, 2], [1, 4, 4, 3])).toEqual(into);
    expect(inPlace(convolution({}), [2, 4, 4, 2], [2, 4, 4, 3])).toBeUndefined();
    expect(inPlace(depthwise(3, 1), [2, 4, 4, 2], [2, 2, 2, 2])).toBeUndefined();
  });

  it('is no input that a binary op repeats', () => {
    const shapes = [
      [1, 1, 4],
      [1, 3, 4],
      [1, 3, 4],
    ];
    const sub: Op = { kind: 'sub', name: 'sub', inputs: [0, 1], outputs: [2] };
    expect(lower({ ...graphOf(shapes, [sub]), inputs: [0, 1] })[0]!.inPlace).toEqual({
      input: 1,
      output: 2,
    });
  });
});

describe('what no kernel runs', () => {
  it('is an average of windows that lie in the padding altogether', () => {
    const pool: Op = {
      kind: 'averagePool2d',
      name: 'pool',
      inputs: [0],
      outputs: [1],
      ...onePixel,
      padding: { ...noPadding, bottom: 1 },
    };
    const shapes = [
      [1, 4, 4, 2],
      [1, 5, 4, 2],
    ];
    expect(() => lower(graphOf(shapes, [pool]))).toThrow(
      expect.objectContaining({
        code: 'CANDIDATE_UNSUPPORTED',
        message:
          'op 0 (pool) averages windows of 1x1 with a padding of 0, 1, 0 and 0, expected every window to hold a part of the image',
      }),
    );
  });
});
