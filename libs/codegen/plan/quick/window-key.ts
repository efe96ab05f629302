import type { Op } from '#network';

/** Empty for ops without a window. */
export function windowKey(op: Op): string {
  if (!('kernelHeight' in op)) return '';
  const { kernelHeight, kernelWidth, strideHeight, strideWidth, padding } = op;
  const { top, bottom, left, right } = padding;
  const multiplier = 'depthMultiplier' in op ? op.depthMultiplier : 0;
  const dilation = 'dilationHeight' in op ? `.${op.dilationHeight}.${op.dilationWidth}` : '';
  return `${kernelHeight}.${kernelWidth}.${strideHeight}.${strideWidth}.${top}.${bottom}.${left}.${right}.${multiplier}${dilation}`;
}
