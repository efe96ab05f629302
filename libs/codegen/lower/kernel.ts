import type { OpKind } from '#network';

/** What runs a step. The names are also the kinds of the generated layers. */
export type Kernel =
  /** By whatever kernel there is for its kind. */
  | Exclude<OpKind, 'depthwiseConv2d'>
  | 'pointwise'
  | 'depthwise3x3s1'
  | 'depthwise3x3s2'
  | 'depthwise5x5s1'
  | 'depthwise5x5s2'
  | 'depthwise7x7s1'
  | 'depthwise7x7s2'
  /** Any, four channels at a time. */
  | 'depthwiseQuads'
  /** Any, one output at a time. */
  | 'depthwise'
  /** Several outputs of the network copied one after another. */
  | 'outputs';
