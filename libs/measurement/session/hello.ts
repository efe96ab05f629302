import { decimalField, hexField, textField, type Frame } from '../protocol/index.ts';

/** Who answers, in the firmware's words. */
export interface Hello {
  readonly build: string;
  readonly target: string;
  readonly core: string;
  readonly cpuid: string;
  /** The chip's unique id in hexadecimal; `0` where it has none. */
  readonly uid: string;
  /** As configured by the firmware. */
  readonly clockHz: number;
  readonly caches: string;
  /** `dwt`: core cycles. `systick`: SysTick's counts. */
  readonly tickSource: string;
  readonly tickHz: number;
  readonly inputBytes: number;
  readonly outputBytes: number;
  readonly layers: number;
  readonly arenaBytes: number;
  /** What the compiler says of itself in the firmware. */
  readonly compiler: string;
}

/** Reads the answer of `tf-hello`. Error PROTOCOL_ERROR. */
export function readHello(frame: Frame, compiler: Frame | undefined): Hello {
  hexField(frame, 'cpuid');
  return {
    build: textField(frame, 'build').toLowerCase(),
    target: textField(frame, 'target'),
    core: textField(frame, 'core'),
    cpuid: textField(frame, 'cpuid'),
    uid: textField(frame, 'uid').toLowerCase(),
    clockHz: decimalField(frame, 'clock'),
    caches: textField(frame, 'caches'),
    tickSource: textField(frame, 'ticks'),
    tickHz: decimalField(frame, 'tickhz'),
    inputBytes: decimalField(frame, 'in'),
    outputBytes: decimalField(frame, 'out'),
    layers: decimalField(frame, 'layers'),
    arenaBytes: decimalField(frame, 'arena'),
    compiler: compiler === undefined ? '' : textField(compiler, 'text'),
  };
}
