import { stat } from 'node:fs/promises';

import type { Command } from 'commander';

import { FarmError } from '#core';
import { compareMeasurements, type Measurement } from '#measurement';

import { openProjectStore } from '../../wiring/open-project-store.ts';
import { measureCandidate, type MeasureRequest } from '../../wiring/measure-candidate.ts';
import { measureTinyEngine } from '../../wiring/measure-foreign.ts';
import { optionalClient, withOptionalServer, type ServerOption } from '../client/index.ts';
import type { CliContext } from '../context.ts';
import { findMeasurement } from '../find-measurement.ts';
import { addForeignOptions, foreignOptions, type ForeignOptions } from '../foreign-options.ts';
import { sideBySideReport } from '../output/side-by-side-report.ts';
import { positiveInteger, wholeNumber } from '../parse.ts';
import { addPlanOptions, planWish, type PlanOptions } from '../plan-options.ts';
import { requireAccepted, withPlace } from '../with-place.ts';
import { compareOnServer } from './farm/compare-on-server.ts';

export interface CompareOptions extends PlanOptions, ForeignOptions, ServerOption {
  target?: string;
  on?: string;
  local?: boolean;
  board?: string;
  boards: string;
  input?: string;
  seed: number;
  timeout?: number;
  json?: boolean;
}

export function addCompareCommand(program: Command, context: CliContext): void {
  withOptionalServer(addForeignOptions(addPlanOptions(program.command('compare'))))
    .description('put measurements side by side: what they cost, layer by layer')
    .argument(
      '<things...>',
      "stored measurements by their ids, or what to measure now: candidates, and upstream's codegen folders",
    )
    .option('--target <name>', "the kind of board; 'tinyfarm targets' lists them")
    .option('--on <device>', 'what it runs on: qemu, renode, board, or auto; qemu otherwise')
    .option('--board <name>', 'this board of the board list')
    .option('--boards <file>', 'the board list', context.config.boardsPath)
    .option('--input <file>', 'raw int8 input; without it, one made from --seed')
    .option('--seed <n>', 'seed of the input', wholeNumber('--seed', 0), 0)
    .option(
      '--timeout <seconds>',
      'no inference may be silent for longer; without it, the first by its MACs, the others by the first',
      positiveInteger('--timeout'),
    )
    .option('--json', 'print one JSON document')
    .action(async (things: readonly string[], options: CompareOptions) => {
      if (things.length < 2) {
        throw new FarmError('USAGE_INVALID', 'one thing is given to compare, expected two or more');
      }
      const kinds = await Promise.all(things.map(kindOf));
      const client = optionalClient(options, context);
      const measured =
        client !== undefined
          ? await compareOnServer(things, kinds, options, client, context)
          : kinds.every((kind) => kind === 'stored')
            ? await readStored(things, context)
            : await measureAll(things, kinds, options, context);
      const comparison = compareMeasurements(measured);
      context.print(
        options.json === true ? JSON.stringify(comparison, null, 2) : sideBySideReport(comparison),
      );
    });
}

export type Kind = 'candidate' | 'codegen' | 'stored';

/** A path that exists is measured; all else is an id. */
async function kindOf(thing: string): Promise<Kind> {
  const found = await stat(thing).catch(() => undefined);
  if (found === undefined) return 'stored';
  return found.isDirectory() ? 'codegen' : 'candidate';
}

async function readStored(ids: readonly string[], { config }: CliContext): Promise<Measurement[]> {
  const store = await openProjectStore(config);
  try {
    const found: Measurement[] = [];
    for (const id of ids) found.push(await findMeasurement(store.measurements, id));
    return found;
  } finally {
    await store.close();
  }
}

/** One after the other on one place, with the same input. A single .tflite among them is what upstream's code is checked against. */
async function measureAll(
  things: readonly string[],
  kinds: readonly Kind[],
  options: CompareOptions,
  context: CliContext,
): Promise<Measurement[]> {
  const [tflite, another] = things.filter(
    (thing, i) => kinds[i] === 'candidate' && thing.endsWith('.tflite'),
  );
  const foreign = kinds.includes('codegen')
    ? foreignOptions({
        ...options,
        engine: options.engine ?? 'tinyengine',
        ...(tflite !== undefined &&
          another === undefined &&
          options.expect === undefined && { tflite: options.tflite ?? tflite }),
      })
    : undefined;
  const stored = await readStored(
    things.filter((_, i) => kinds[i] === 'stored'),
    context,
  );
  return withPlace({ ...options, on: options.on ?? 'qemu' }, context, async ({ target, services, keep }) => {
    const measured: Measurement[] = [];
    for (const [i, candidatePath] of things.entries()) {
      const request: MeasureRequest = {
        candidatePath,
        target,
        inputPath: options.input,
        inputSeed: options.seed,
        repeats: 3,
        warmup: 1,
        timeoutMs: options.timeout === undefined ? undefined : options.timeout * 1000,
        plan: planWish(options),
      };
      if (kinds[i] === 'stored') {
        measured.push(stored.shift()!);
        continue;
      }
      const measurement = await keep(
        kinds[i] === 'codegen'
          ? await measureTinyEngine({ ...request, ...foreign! }, services, context.config)
          : await measureCandidate(request, services),
      );
      requireAccepted(measurement);
      measured.push(measurement);
    }
    return measured;
  });
}
