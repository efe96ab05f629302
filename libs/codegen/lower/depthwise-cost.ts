/** Instructions of cores with the DSP extension, fitted to counts of whole layers in QEMU on a Cortex-M7. */

/** Of the kernels that take one channel at a time: for each output, in blocks of four along a row. */
const perOutput: Readonly<Record<string, number>> = {
  depthwise3x3s1: 16,
  depthwise3x3s2: 17,
  depthwise5x5s1: 30,
  depthwise5x5s2: 31,
  depthwise7x7s1: 51,
  depthwise7x7s2: 47,
};

/** For each channel, whose weights are spread into registers' order, by the size of the kernel. */
const perChannel: Readonly<Record<number, number>> = { 3: 135, 5: 230, 7: 312 };

export interface PlaneWork {
  /** `depthwise3x3s1` and the like. */
  readonly kernel: string;
  readonly kernelHeight: number;
  readonly outRows: number;
  readonly outCols: number;
  readonly channels: number;
  /** Values of the input, of all channels. */
  readonly inputs: number;
}

/** Of the kernels of 3x3, 5x5 and 7x7; undefined for any other. */
export function planeInstructions(work: PlaneWork): number | undefined {
  const each = perOutput[work.kernel];
  if (each === undefined) return undefined;
  const outputs = work.outRows * Math.ceil(work.outCols / 4) * 4 * work.channels;
  return each * outputs + 2.7 * work.inputs + perChannel[work.kernelHeight]! * work.channels;
}

export interface QuadsWork {
  readonly taps: number;
  readonly kernelHeight: number;
  readonly inRows: number;
  readonly inCols: number;
  readonly outRows: number;
  readonly outCols: number;
  readonly channels: number;
}

/** Of the kernel that takes four channels at a time. */
export function quadsInstructions(work: QuadsWork): number {
  const pixel = 6 * work.taps + work.kernelHeight + 38;
  const row = 60 + work.outCols * pixel;
  const start = 100 + 9 * work.taps + work.inRows * (45 + 8 * work.inCols);
  return Math.ceil(work.channels / 4) * (start + work.outRows * row);
}
