import type { Command } from 'commander';

import { FarmError } from '#core';

import { tfliteToleranceSteps } from '../wiring/foreign-expectation.ts';
import type { TinyEngineRequest } from '../wiring/measure-foreign.ts';
import { wholeNumber } from './parse.ts';

/** What the command line says of upstream's generated code. */
export interface ForeignOptions {
  readonly engine?: string;
  readonly tinyengine?: string;
  readonly cmsis?: string;
  readonly expect?: string;
  readonly tflite?: string;
  readonly tolerance?: number;
  readonly layers: boolean;
}

/** Adds the options of `ForeignOptions` to a command that measures. */
export function addForeignOptions(command: Command): Command {
  return command
    .option('--engine <name>', 'whose generated code the candidate is: tinyengine')
    .option('--tinyengine <folder>', 'a checkout of mit-han-lab/tinyengine')
    .option('--cmsis <folder>', "a checkout of CMSIS_5; TinyEngine's own submodule otherwise")
    .option('--expect <file>', "the right output of upstream's code, raw int8")
    .option('--tflite <file>', "what upstream's code was generated from: its output is held against that")
    .option(
      '--tolerance <steps>',
      'accept outputs that differ by no more, in steps of int8; 0 with --expect, 32 with --tflite',
      wholeNumber('--tolerance', 0, 255),
    )
    .option('--no-layers', "do not build and run the copy of upstream's code that counts its layers");
}

type ForeignPart = Omit<
  TinyEngineRequest,
  'candidatePath' | 'target' | 'inputSeed' | 'repeats' | 'warmup' | 'timeoutMs'
>;

/** Error USAGE_INVALID. */
export function foreignOptions(options: ForeignOptions): ForeignPart {
  const { engine, tinyengine, cmsis, expect, tflite, tolerance, layers } = options;
  if (engine !== 'tinyengine') {
    throw new FarmError('USAGE_INVALID', `--engine is '${engine ?? ''}', expected tinyengine`);
  }
  if (tinyengine === undefined) {
    throw new FarmError(
      'USAGE_INVALID',
      '--tinyengine is missing, expected the folder of a TinyEngine checkout',
    );
  }
  if (expect !== undefined && tflite !== undefined) {
    throw new FarmError('USAGE_INVALID', '--expect and --tflite are both given, expected one of them');
  }
  if (tolerance !== undefined && expect === undefined && tflite === undefined) {
    throw new FarmError(
      'USAGE_INVALID',
      '--tolerance is given without --expect or --tflite, expected one of them',
    );
  }
  return {
    tinyenginePath: tinyengine,
    cmsisPath: cmsis,
    expectPath: expect,
    tflitePath: tflite,
    toleranceSteps: tolerance ?? (tflite === undefined ? 0 : tfliteToleranceSteps),
    layers,
  };
}
