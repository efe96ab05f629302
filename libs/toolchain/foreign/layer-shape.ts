import type { LayerCall } from './parse-calls.ts';

/** A place in the buffers and how many bytes a layer writes there. */
export interface LayerOutput {
  readonly place: string;
  readonly bytes: number;
}

const pointer = /^(?:&\w+(?:\[\d+\])|buffer\w*)$/;

/** `&buffer0[0]`, as it is written everywhere but in the table of a detector's outputs. */
export function normalisePlace(text: string): string {
  const plain = text.replaceAll(/\s+/g, '').replace(/;$/, '');
  return /^[A-Za-z_]\w*$/.test(plain) ? `&${plain}[0]` : plain;
}

/**
 * What a layer writes, from the signature of its kernel (TinyEngine/include/tinyengine_function*.h); undefined for
 * kernels that are not known.
 */
export function outputOf({ op, kernel, args, assignments }: LayerCall): LayerOutput | undefined {
  const pointers = args.flatMap((arg, i) => (pointer.test(arg) ? [i] : []));
  const at = (index: number): number => Number(args[index]);
  if (op.endsWith('CONV_2D') && pointers.length >= 2) {
    const place = args[pointers[1]!]!;
    // A kernel that keeps a mask for training has its place after the output.
    const first = pointers.findLast((index) => index <= pointers[1]! + 1)! + 1;
    return product(place, [at(first), at(first + 1), at(first + 2)]);
  }
  if (kernel === 'avg_pooling' || kernel === 'max_pooling') {
    // input, input_h, input_w, input_c, sample_h, sample_w, output_h, output_w, …, output
    return product(args.at(-1)!, [at(6), at(7), at(3)]);
  }
  if (kernel.startsWith('add')) {
    const size = ['h', 'w', 'c'].map((axis) => assignments.get(`add_params.input_${axis}`));
    const place = args[pointers[2] ?? -1];
    return place === undefined
      ? undefined
      : product(place, Number.isInteger(at(0)) ? [at(0)] : size.map((value) => value ?? Number.NaN));
  }
  return undefined;
}

/** The network's input, as its first layer reads it. */
export function inputOf({ args }: LayerCall): LayerOutput | undefined {
  const at = args.findIndex((arg) => pointer.test(arg));
  return at < 0 ? undefined : product(args[at]!, args.slice(at + 1, at + 4).map(Number));
}

/** Multiplications of a convolution: each weight is used once for each place of the output. 0 for other layers. */
export function macsOf(call: LayerCall, weightCounts: ReadonlyMap<string, number>): number {
  const weights = call.args.map((arg) => /q7_t\*\)(\w+)$/.exec(arg)?.[1]).find((name) => name !== undefined);
  const pointers = call.args.flatMap((arg, i) => (pointer.test(arg) ? [i] : []));
  const count = weights === undefined ? undefined : weightCounts.get(weights);
  if (count === undefined || pointers.length < 2) {
    return 0;
  }
  const first = pointers.findLast((index) => index <= pointers[1]! + 1)! + 1;
  const macs = Number(call.args[first]) * Number(call.args[first + 1]) * count;
  return Number.isInteger(macs) ? macs : 0;
}

function product(place: string, sizes: readonly number[]): LayerOutput | undefined {
  const bytes = sizes.reduce((all, size) => all * size, 1);
  return Number.isInteger(bytes) && bytes > 0 ? { place: normalisePlace(place), bytes } : undefined;
}
