/** Codes of BuiltinOperator in TFLite's schema that are read or written. */
export const builtin = {
  ADD: 0,
  AVERAGE_POOL_2D: 1,
  CONCATENATION: 2,
  CONV_2D: 3,
  DEPTHWISE_CONV_2D: 4,
  DEQUANTIZE: 6,
  FULLY_CONNECTED: 9,
  LOGISTIC: 14,
  MAX_POOL_2D: 17,
  MUL: 18,
  RELU: 19,
  RELU6: 21,
  RESHAPE: 22,
  RESIZE_BILINEAR: 23,
  SOFTMAX: 25,
  TANH: 28,
  PAD: 34,
  TRANSPOSE: 39,
  MEAN: 40,
  SUB: 41,
  SQUEEZE: 43,
  STRIDED_SLICE: 45,
  SPLIT: 49,
  LOG_SOFTMAX: 50,
  PADV2: 60,
  TRANSPOSE_CONV: 67,
  EXPAND_DIMS: 70,
  RESIZE_NEAREST_NEIGHBOR: 97,
  LEAKY_RELU: 98,
  SPLIT_V: 102,
  QUANTIZE: 114,
  HARD_SWISH: 117,
} as const;

/** Operators that are not supported, and what could stand in their place. */
const others: Readonly<Record<number, readonly [name: string, replacement: string]>> = {
  5: ['DEPTH_TO_SPACE', 'RESHAPE and TRANSPOSE'],
  8: ['FLOOR', 'nothing in int8'],
  11: ['L2_NORMALIZATION', 'a host-side normalisation of the output'],
  12: ['L2_POOL_2D', 'AVERAGE_POOL_2D'],
  13: ['LOCAL_RESPONSE_NORMALIZATION', 'a folded batch normalisation'],
  16: ['LSTM', 'convolutions over time'],
  20: ['RELU_N1_TO_1', 'RELU6, or the activation fused into the operator before'],
  24: ['RNN', 'convolutions over time'],
  26: ['SPACE_TO_DEPTH', 'RESHAPE and TRANSPOSE, or CONV_2D with a stride'],
  27: ['SVDF', 'CONV_2D'],
  32: ['CUSTOM', 'builtin operators'],
  36: ['GATHER', 'STRIDED_SLICE or SPLIT'],
  37: ['BATCH_TO_SPACE_ND', 'CONV_2D with a dilation'],
  38: ['SPACE_TO_BATCH_ND', 'CONV_2D with a dilation'],
  42: ['DIV', 'MUL by the reciprocal'],
  44: ['UNIDIRECTIONAL_SEQUENCE_LSTM', 'convolutions over time'],
  47: ['EXP', 'LOGISTIC or SOFTMAX'],
  48: ['TOPK_V2', 'a choice on the host'],
  53: ['CAST', 'int8 tensors throughout'],
  54: ['PRELU', 'LEAKY_RELU'],
  55: ['MAXIMUM', 'RELU or MAX_POOL_2D'],
  56: ['ARG_MAX', 'a choice on the host'],
  57: ['MINIMUM', 'RELU6'],
  59: ['NEG', 'MUL by -1'],
  65: ['SLICE', 'STRIDED_SLICE'],
  69: ['TILE', 'CONCATENATION'],
  73: ['LOG', 'LOG_SOFTMAX'],
  74: ['SUM', 'MEAN and MUL'],
  76: ['RSQRT', 'a folded normalisation'],
  77: ['SHAPE', 'static shapes: convert with a fixed batch size'],
  79: ['ARG_MIN', 'a choice on the host'],
  82: ['REDUCE_MAX', 'MAX_POOL_2D'],
  83: ['PACK', 'EXPAND_DIMS and CONCATENATION'],
  88: ['UNPACK', 'SPLIT and SQUEEZE'],
  92: ['SQUARE', 'MUL'],
  99: ['SQUARED_DIFFERENCE', 'SUB and MUL'],
  100: ['MIRROR_PAD', 'PAD'],
  101: ['ABS', 'RELU'],
  106: ['ADD_N', 'several ADD'],
  111: ['ELU', 'LEAKY_RELU or HARD_SWISH'],
  126: ['BATCH_MATMUL', 'FULLY_CONNECTED with constant weights'],
  150: ['GELU', 'HARD_SWISH'],
};

const names = new Map<number, string>(Object.entries(builtin).map(([name, code]) => [code, name]));

export function operatorName(code: number): string {
  return names.get(code) ?? others[code]?.[0] ?? `operator ${code}`;
}

/** What could stand in place of an operator that is not supported. */
export function replacementFor(code: number): string {
  return others[code]?.[1] ?? 'a combination of supported operators';
}
