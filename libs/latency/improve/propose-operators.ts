import type { Kernel } from '#codegen';
import { noPadding, samePadding2d, type Graph, type Random } from '#network';
import { layersOfGraph, type LayerShape, type NetworkLayers } from '../layers/index.ts';
import type { ModelDocument } from '../model/index.ts';
import { Predictor } from '../model/index.ts';

/** A network of one operator, to be measured for training only: never to judge a model by. */
export interface OperatorBenchmark {
  readonly graph: Graph;
  readonly kernel: Kernel;
  /** The kernel's share of the expected squared error over the pool. */
  readonly share: number;
}

/**
 * Single operators where the model errs most (nn-Meter's adaptive sampling, Zhang et al. 2021, section 5): kernels by
 * their share of the pool's expected squared error, sizes near those that the pool uses.
 */
export function proposeOperators(
  model: ModelDocument,
  pool: readonly NetworkLayers[],
  count: number,
  random: Random,
): OperatorBenchmark[] {
  const predictor = new Predictor(model);
  const errors = new Map<Kernel, { squares: number; shapes: LayerShape[] }>();
  for (const { layers } of pool) {
    for (const layer of layers) {
      for (const { shape } of layer.parts) {
        if (!isSampled(shape)) continue;
        const known = errors.get(shape.kernel) ?? { squares: 0, shapes: [] };
        known.squares += predictor.layerDeviation(layer) ** 2;
        known.shapes.push(shape);
        errors.set(shape.kernel, known);
      }
    }
  }
  const total = [...errors.values()].reduce((sum, { squares }) => sum + squares, 0);
  const left = new Map([...errors].map(([kernel, { squares }]) => [kernel, squares]));
  return Array.from({ length: errors.size === 0 ? 0 : count }, (_, index) => {
    const kernel = [...left].toSorted((a, b) => b[1] - a[1])[0]![0];
    // Each measurement of a kernel leaves it about half as uncertain.
    left.set(kernel, left.get(kernel)! / 2);
    const { squares, shapes } = errors.get(kernel)!;
    const graph = graphFor(`operator-${index}-${kernel}`, kernel, shapes, random);
    return { graph, kernel: kernelOf(graph), share: squares / total };
  });
}

/** Which kernel runs an operator depends on its sizes, so some sizes near those seen are another kernel's. */
const mostTries = 50;

/** An operator that `kernel` runs, or the last one tried: a kernel that runs parts of images only may have none. */
function graphFor(name: string, kernel: Kernel, shapes: readonly LayerShape[], random: Random): Graph {
  for (let tries = 1; ; tries++) {
    const graph = operatorGraph(name, vary(random.pick(shapes), random));
    if (tries === mostTries || kernelOf(graph) === kernel) return graph;
  }
}

function kernelOf(graph: Graph): Kernel {
  return layersOfGraph(graph).layers[0]!.parts[0]!.shape.kernel;
}

/** The layers as measured, apart from rows of whole networks by its space. */
export function operatorLayers({ graph }: OperatorBenchmark): NetworkLayers {
  return layersOfGraph(graph);
}

function isSampled({ kernel }: LayerShape): boolean {
  return kernel === 'pointwise' || kernel === 'conv2d' || kernel.startsWith('depthwise');
}

/** Sizes between two thirds and one and a half times those seen. */
function vary(shape: LayerShape, random: Random): LayerShape {
  const near = (size: number): number =>
    Math.max(1, random.integer(Math.ceil(size / 1.5), Math.floor(1.5 * size)));
  const inHeight = near(shape.inHeight);
  const inWidth = near(shape.inWidth);
  const inChannels = shape.kernel === 'conv2d' ? shape.inChannels : near(shape.inChannels);
  const outChannels = shape.kernel.startsWith('depthwise') ? inChannels : near(shape.outChannels);
  return { ...shape, inHeight, inWidth, inChannels, outChannels };
}

function operatorGraph(name: string, shape: LayerShape): Graph {
  const { kernelHeight, kernelWidth, strideHeight, strideWidth, inHeight, inWidth } = shape;
  const window = { kernelHeight, kernelWidth, strideHeight, strideWidth };
  const isPointwise = shape.kernel === 'pointwise';
  const padding = isPointwise ? noPadding : samePadding2d([inHeight, inWidth], window);
  const common = { name: 'operator', inputs: [0], outputs: [1], ...window, padding };
  const dilation = { dilationHeight: 1, dilationWidth: 1 };
  const op = shape.kernel.startsWith('depthwise')
    ? ({ kind: 'depthwiseConv2d', depthMultiplier: 1, ...common, ...dilation } as const)
    : ({ kind: 'conv2d', ...common, ...dilation } as const);
  return {
    name,
    tensors: [
      { name: 'input', shape: [1, inHeight, inWidth, shape.inChannels] },
      {
        name: 'output',
        shape: [1, Math.ceil(inHeight / strideHeight), Math.ceil(inWidth / strideWidth), shape.outChannels],
      },
    ],
    ops: [op],
    inputs: [0],
    outputs: [1],
  };
}
