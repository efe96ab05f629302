import { FarmError } from '#core';

/** An inverted residual block (MobileNetV2, section 3.3). */
export interface InvertedResidual {
  readonly kernel: number;
  readonly stride: number;
  /** Channels between expansion and projection; absent: `expansion` times the block's input channels. */
  readonly midChannels?: number;
  /** 1: there is no expanding convolution, unless `midChannels` says otherwise. */
  readonly expansion: number;
  readonly channels: number;
  /** Whether the input is added to the output. Absent: where stride and channels allow it. */
  readonly skip?: boolean;
}

const expectedForm =
  'expected ir_k<kernel>_s<stride>_e<expansion>_c<channels>[_m<mid channels>][_skip|_noskip]';
const pattern = /^ir_k(\d{1,2})_s(\d)_e(\d{1,2})_c(\d{1,4})(?:_m(\d{1,5}))?(?:_(skip|noskip))?$/;

/** Parses a block in the manner of timm's architecture strings. `where` begins the message of CANDIDATE_INVALID. */
export function parseBlock(text: string, where: string): InvertedResidual {
  const match = pattern.exec(text);
  if (match === null) {
    throw new FarmError('CANDIDATE_INVALID', `${where}: ${JSON.stringify(text)}, ${expectedForm}`);
  }
  const [, kernel, stride, expansion, channels, mid, skip] = match;
  const block = {
    kernel: Number(kernel),
    stride: Number(stride),
    expansion: Number(expansion),
    channels: Number(channels),
    ...(mid === undefined ? {} : { midChannels: Number(mid) }),
    ...(skip === undefined ? {} : { skip: skip === 'skip' }),
  };
  checkBlock(block, `${where}: ${JSON.stringify(text)}`);
  return block;
}

/** The numbers a block may have; CANDIDATE_INVALID begins with `where`. */
export function checkBlock(block: InvertedResidual, where: string): void {
  const complain = (what: string): never => {
    throw new FarmError('CANDIDATE_INVALID', `${where}: ${what}`);
  };
  if (block.kernel % 2 === 0 || block.kernel > 31) {
    complain(`kernel ${block.kernel}, expected an odd number up to 31`);
  }
  if (block.stride < 1 || block.stride > 4) {
    complain(`stride ${block.stride}, expected 1 to 4`);
  }
  if (block.expansion < 1) {
    complain(`expansion ${block.expansion}, expected 1 or more`);
  }
  if (block.channels < 1) {
    complain(`${block.channels} channels, expected 1 or more`);
  }
  if (block.midChannels === 0) {
    complain('0 mid channels, expected 1 or more');
  }
}

export function formatBlock(block: InvertedResidual): string {
  const mid = block.midChannels === undefined ? '' : `_m${block.midChannels}`;
  const skip = block.skip === undefined ? '' : block.skip ? '_skip' : '_noskip';
  return `ir_k${block.kernel}_s${block.stride}_e${block.expansion}_c${block.channels}${mid}${skip}`;
}
