import { bilinearTaps, nearestIndex, type ResizeOp } from '#network';
import {
  constantStruct,
  int32At,
  layerSymbol,
  shapeAt,
  tensorAt,
  type LayerCode,
  type LayerContext,
} from './layer-context.ts';

/** Which rows and columns an output comes from is worked out here, once for all. */
export function emitResize(context: LayerContext<ResizeOp>): LayerCode {
  const { op, constants } = context;
  const [, inHeight, inWidth, channels] = shapeAt(context, op.inputs[0]!);
  const [, outHeight, outWidth] = shapeAt(context, op.outputs[0]!);
  const sourcesOf = (inSize: number, outSize: number): string => {
    const sources = Array.from({ length: outSize }, (_, i) => {
      if (op.kind === 'resizeNearestNeighbor') return [nearestIndex(i, inSize, outSize, op)];
      const { low, high, weight } = bilinearTaps(i, inSize, outSize, op);
      return [Math.min(low, inSize - 1), high, weight];
    });
    return int32At(constants.addInt32(sources.flat()));
  };
  const name = layerSymbol(context);
  const layer = constantStruct('tf_resize', name, {
    in_width: inWidth,
    channels,
    out_height: outHeight,
    out_width: outWidth,
    rows: sourcesOf(inHeight, outHeight),
    columns: sourcesOf(inWidth, outWidth),
  });
  const kernel = op.kind === 'resizeBilinear' ? 'tf_resize_bilinear_s8' : 'tf_resize_nearest_s8';
  const tensors = `${tensorAt(context, op.inputs[0]!)}, ${tensorAt(context, op.outputs[0]!)}`;
  return { definitions: [layer], call: `${kernel}(&${name}, ${tensors});` };
}
