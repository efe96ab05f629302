import { FarmError } from '#core';
import { StridedSliceOptions } from '../schema/strided-slice-options.ts';
import { unsupported, type SourceNetwork } from '../source-network.ts';
import type { SourceOp } from '../tflite-model.ts';
import { commonOf } from './arithmetic.ts';

/** Resolves masks and negative numbers as TFLite does (kernels/internal/strided_slice_logic.h). */
export function convertStridedSlice(network: SourceNetwork, op: SourceOp): void {
  const options = network.options(op, StridedSliceOptions);
  if (options.ellipsisMask() !== 0 || options.newAxisMask() !== 0) {
    throw unsupported(`${op.where}: an ellipsis or a new axis, expected a range per dimension`);
  }
  const common = commonOf(network, op, 1);
  const shape = network.shapeOf(common.inputs[0]!);
  const [begin, end, stride] = [1, 2, 3].map((position) => network.integers(op, position));
  if ([begin, end, stride].some((list) => list!.length !== shape.length)) {
    throw unsupported(`${op.where}: ranges for ${begin!.length} dimensions, expected ${shape.length}`);
  }
  const begins: number[] = [];
  const sizes: number[] = [];
  for (const [axis, size] of shape.entries()) {
    const range = resolveRange(
      { begin: begin![axis]!, end: end![axis]!, stride: stride![axis]! },
      {
        begin: hasBit(options.beginMask(), axis),
        end: hasBit(options.endMask(), axis),
        shrink: hasBit(options.shrinkAxisMask(), axis),
        offset: options.offset(),
      },
      size,
    );
    if (!(range.count > 0)) {
      throw new FarmError(
        'CANDIDATE_INVALID',
        `${op.where}: dimension ${axis} from ${begin![axis]} to ${end![axis]} by ${stride![axis]} is empty`,
      );
    }
    begins.push(range.begin);
    sizes.push(range.count);
  }
  network.push({ kind: 'stridedSlice', ...common, begins, sizes, strides: stride! });
}

function hasBit(mask: number, axis: number): boolean {
  return ((mask >> axis) & 1) === 1;
}

function resolveRange(
  given: { begin: number; end: number; stride: number },
  mask: { begin: boolean; end: boolean; shrink: boolean; offset: boolean },
  size: number,
): { begin: number; count: number } {
  const forward = given.stride > 0;
  const clamp = (value: number): number =>
    forward ? Math.max(0, Math.min(size, value)) : Math.max(-1, Math.min(size - 1, value));
  const wrap = (value: number): number => (value < 0 ? value + size : value);
  const begin = mask.begin ? (forward ? 0 : size - 1) : clamp(wrap(given.begin));
  if (mask.shrink) {
    return { begin, count: begin < size ? 1 : 0 };
  }
  const last = mask.offset ? given.end + begin : given.end;
  const end = mask.end ? (forward ? size : -1) : clamp(wrap(last));
  return { begin, count: Math.ceil((end - begin) / given.stride) };
}
