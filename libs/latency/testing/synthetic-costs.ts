import type { LayerShape, NetworkLayer, NetworkLayers } from '../layers/index.ts';

/**
 * Instructions of an imagined core, for tests: loops over blocks of two pixels and four channels that the features do not
 * follow exactly.
 */
export function syntheticLayerCost({ parts }: NetworkLayer): number {
  return parts.reduce((sum, { shape, calls }) => sum + calls * Math.round(callCost(shape)), 0);
}

export function syntheticCost(network: NetworkLayers): number {
  return network.layers.reduce((sum, layer) => sum + syntheticLayerCost(layer), 250);
}

function callCost(shape: LayerShape): number {
  const { outHeight, outWidth, outChannels, inChannels, kernelHeight: kernel } = shape;
  const pixels = outHeight * outWidth;
  const outputs = pixels * outChannels;
  if (shape.kernel.startsWith('depthwise')) return depthwiseCost(shape);
  switch (shape.kernel as string) {
    case 'pointwise':
      return (
        90 +
        Math.ceil(pixels / 2) * (8 * inChannels + outChannels * (22 + 2.3 * Math.ceil(inChannels / 4) * 4))
      );
    case 'conv2d': {
      const taps = kernel * shape.kernelWidth * inChannels;
      return 120 + pixels * (2.2 * taps + 60) + outputs * (17 + 1.3 * taps);
    }
    case 'fullyConnected':
      return 70 + outputs * (30 + 6 * inChannels);
    case 'add':
      return 60 + 44 * outputs;
    case 'averagePool2d':
      return 80 + outputs * (25 + kernel * (8 + 5 * shape.kernelWidth));
    case 'reshape':
      return 12;
    default:
      throw new Error(`no imagined cost for ${shape.kernel}`);
  }
}

function depthwiseCost(shape: LayerShape): number {
  const { outHeight, outWidth, outChannels, kernelHeight: kernel } = shape;
  const planes = outChannels * (shape.inHeight * (12 + 3.1 * shape.inWidth) + 70);
  const rows = outHeight * outChannels * (18 + (outWidth % 4) * (12 + 1.2 * kernel * kernel));
  const perBlock = 55 + kernel * (11 + 2.6 * kernel) * (shape.strideWidth === 2 ? 1.2 : 1);
  return 100 + planes + rows + outHeight * outChannels * Math.floor(outWidth / 4) * perBlock;
}
