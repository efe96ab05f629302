import type { Command } from 'commander';

import { FarmError } from '#core';
import type { Target } from '#targets';

import {
  measureCandidate,
  type MeasureRequest,
  type MeasureResult,
  type MeasureServices,
} from '../../wiring/measure-candidate.ts';
import { measureFirmware, measureTinyEngine } from '../../wiring/measure-foreign.ts';
import { addClassesTo, requireQemuForClasses } from '../../wiring/measure-classes.ts';
import { writeFileSafely } from '../../wiring/write-file-safely.ts';
import { optionalClient, withOptionalServer, type ServerOption } from '../client/index.ts';
import type { CliContext } from '../context.ts';
import { measurementDocument } from '../output/measurement-document.ts';
import { measurementReport } from '../output/measurement-report.ts';
import { addForeignOptions, foreignOptions, type ForeignOptions } from '../foreign-options.ts';
import { positiveInteger, wholeNumber } from '../parse.ts';
import { measureOnServer } from './farm/measure-on-server.ts';
import { addPlanOptions, planWish, type PlanOptions } from '../plan-options.ts';
import { requireAccepted, withPlace } from '../with-place.ts';
import { noteRefit } from './refit-note.ts';

export interface MeasureOptions extends PlanOptions, ForeignOptions, ServerOption {
  target?: string;
  on?: string;
  local?: boolean;
  fresh?: boolean;
  board?: string;
  profile?: boolean;
  classes?: boolean;
  boards: string;
  input?: string;
  seed: number;
  output?: string;
  repeats: number;
  warmup: number;
  timeout?: number;
  json?: boolean;
  firmware?: string;
  refit?: boolean;
}

export function addMeasureCommand(program: Command, context: CliContext): void {
  withOptionalServer(addForeignOptions(addPlanOptions(program.command('measure'))))
    .description('measure a network: compile it, run it, check its output, store what it costs')
    .argument('[candidate]', "a genotype, an MCUNet subnet JSON, a .tflite, or upstream's codegen folder")
    .option('--firmware <elf>', 'a finished firmware that speaks the MLPerf Tiny protocol')
    .option('--target <name>', "the kind of board; 'tinyfarm targets' lists them")
    .option('--on <device>', 'what it runs on: qemu, renode, board, or auto; qemu otherwise')
    .option('--profile', 'of Renode: keep what ran, function by function, beside the measurement')
    .option('--classes', 'of QEMU: count loads, stores, multiplies and branches of each layer')
    .option('--board <name>', 'this board of the board list')
    .option('--boards <file>', 'the board list', context.config.boardsPath)
    .option('--input <file>', 'raw int8 input; without it, one made from --seed')
    .option('--seed <n>', 'seed of the input', wholeNumber('--seed', 0), 0)
    .option('--output <file>', "write the network's output there, raw int8")
    .option('--repeats <n>', 'timed inferences', wholeNumber('--repeats', 1, 64), 3)
    .option('--warmup <n>', 'inferences before the timed ones', wholeNumber('--warmup', 0, 1000), 1)
    .option(
      '--timeout <seconds>',
      'no inference may be silent for longer; without it, the first by its MACs, the others by the first',
      positiveInteger('--timeout'),
    )
    .option('--fresh', 'of a server: measure again, although its record has the answer')
    .option('--refit', 'fit the latency model again at once; else once there are enough new measurements')
    .option('--no-refit', 'leave the latency model as it is')
    .option('--json', 'print one JSON document')
    .action((candidate: string | undefined, options: MeasureOptions) => measure(candidate, options, context));
}

async function measure(
  candidatePath: string | undefined,
  options: MeasureOptions,
  context: CliContext,
): Promise<void> {
  const client = optionalClient(options, context);
  if (client !== undefined) return measureOnServer(candidatePath, options, client, context);
  const work = workOf(candidatePath, options, context);
  const place = { ...options, on: options.on ?? 'qemu' };
  const measurement = await withPlace(place, context, async ({ target, services, recovering, keep }) => {
    if (options.profile === true) requireRenodeForProfile(services.device.kind);
    const result = await recovering(() => work(target, services));
    const { output } = result;
    const kept = await keep(result);
    if (options.output !== undefined && output !== null) {
      await writeFileSafely(options.output, new Uint8Array(output.buffer, output.byteOffset, output.length));
    }
    return kept;
  });
  context.print(
    options.json === true
      ? JSON.stringify(measurementDocument(measurement), null, 2)
      : measurementReport(measurement),
  );
  requireAccepted(measurement);
  await noteRefit(measurement, options, context);
}

type Work = (target: Target, services: MeasureServices) => Promise<MeasureResult>;

/** Which of the three things is measured: a network, upstream's generated code, or a finished firmware. */
function workOf(candidatePath: string | undefined, options: MeasureOptions, { config }: CliContext): Work {
  const { firmware, engine } = options;
  if (firmware !== undefined) {
    if (candidatePath !== undefined) {
      throw new FarmError(
        'USAGE_INVALID',
        `--firmware and the candidate ${candidatePath} are given, expected one of them`,
      );
    }
    refuseWith('--firmware', notOfFirmware, options);
    const { input: inputPath } = options;
    return (target, services) =>
      measureFirmware({ elfPath: firmware, target, inputPath, timeoutMs: timeoutMsOf(options) }, services);
  }
  if (candidatePath === undefined) {
    throw new FarmError('USAGE_INVALID', 'the candidate is missing, expected a file, or --firmware');
  }
  const requestFor = (target: Target): MeasureRequest => ({
    candidatePath,
    target,
    inputPath: options.input,
    inputSeed: options.seed,
    repeats: options.repeats,
    warmup: options.warmup,
    timeoutMs: timeoutMsOf(options),
    plan: planWish(options),
  });
  if (engine === undefined) {
    const foreign = (['expect', 'tflite', 'tolerance'] as const).find((name) => options[name] !== undefined);
    if (foreign !== undefined) {
      throw new FarmError(
        'USAGE_INVALID',
        `--${foreign} is given without --engine, expected it with upstream's code`,
      );
    }
    return async (target, services) => {
      if (options.classes === true) requireQemuForClasses(services.device.kind);
      const request = requestFor(target);
      const result = await measureCandidate(request, services);
      return options.classes === true ? addClassesTo(result, request, services, config) : result;
    };
  }
  const foreign = foreignOptions(options);
  refuseWith('--engine', notOfEngine, options);
  return (target, services) => measureTinyEngine({ ...requestFor(target), ...foreign }, services, config);
}

function timeoutMsOf({ timeout }: MeasureOptions): number | undefined {
  return timeout === undefined ? undefined : timeout * 1000;
}

/** Error USAGE_INVALID. */
function requireRenodeForProfile(kind: string): void {
  if (kind !== 'renode') {
    throw new FarmError('USAGE_INVALID', `--profile is given on ${kind}, expected --on renode`);
  }
}

const ofPlans = ['sramLimit', 'plan', 'patches', 'split'] as const;
/** What is said of code that is generated or compiled here means nothing to a finished firmware. */
const notOfFirmware = ['engine', 'expect', 'tflite', 'tolerance', 'classes', 'output', ...ofPlans] as const;
const notOfEngine = ['classes', ...ofPlans] as const;

/** Error USAGE_INVALID where one of `names` is given, which would be dropped without a word. */
function refuseWith(given: string, names: readonly (keyof MeasureOptions)[], options: MeasureOptions): void {
  const found = names.find((name) => options[name] !== undefined);
  if (found === undefined) return;
  const flag = found === 'sramLimit' ? 'sram-limit' : found;
  throw new FarmError(
    'USAGE_INVALID',
    `--${flag} is given with ${given}, expected it with a network that tinyfarm generates the code of`,
  );
}
