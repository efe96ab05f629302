import type { Command } from 'commander';

import {
  blockWidthsV2,
  frontOf,
  frontSvg,
  objectiveNames,
  runEvolution,
  tinyNasEvolution,
  tinyNasSpace,
  type Evolution,
  type EvolutionState,
  type Objective,
} from '#search';
import { FarmError } from '#core';

import { createSearchThreads } from '../../../wiring/search-estimator.ts';
import { writeFileSafely } from '../../../wiring/write-file-safely.ts';
import type { CliContext } from '../../context.ts';
import { millions } from '../../output/numbers.ts';
import { createProgress } from '../../output/progress.ts';
import { timeLeft } from '../../output/time-left.ts';
import { positiveInteger, wholeNumber } from '../../parse.ts';
import { evolutionDocument, evolutionReport, writeGenotypes } from './evolve-report.ts';
import { addOracleOptions, openOracle, type OracleOptions } from './oracle-options.ts';
import {
  addSearchOptions,
  limitsOf,
  numberList,
  positiveNumber,
  type SearchOptions,
} from './search-options.ts';

interface EvolveOptions extends SearchOptions, OracleOptions {
  width: number;
  resolutions: readonly number[];
  blockWidths?: boolean;
  objectives: readonly Objective[];
  population: number;
  parents: number;
  crossovers: number;
  mutations: number;
  mutationProbability: number;
  generations: number;
  svg?: string;
  out?: string;
}

export function addEvolveCommand(parent: Command, context: CliContext): void {
  const settings = tinyNasEvolution;
  const evolve = parent
    .command('evolve')
    .description(
      'stage two of TinyNAS: evolve networks within the limits, as planned and predicted, none measured',
    )
    .option('--width <n>', "width multiplier, as 'search space' chooses it", positiveNumber('--width'), 0.5)
    .option('--resolutions <list>', 'one, or several to choose from', numberList('--resolutions'), [96])
    .option('--block-widths', 'let the width of each block be scaled by 0.5, 0.75 or 1, as MCUNetV2 does')
    .option('--objectives <list>', `one or more of ${objectiveNames.join(', ')}`, objectiveList, [
      'score',
    ] as const);
  addOracleOptions(addSearchOptions(evolve))
    .option('--population <n>', '', positiveInteger('--population'), settings.population)
    .option(
      '--parents <n>',
      'the best, from which children are made',
      positiveInteger('--parents'),
      settings.parents,
    )
    .option('--crossovers <n>', 'in each generation', wholeNumber('--crossovers', 0), settings.crossovers)
    .option('--mutations <n>', 'in each generation', wholeNumber('--mutations', 0), settings.mutations)
    .option(
      '--mutation-probability <p>',
      'of each gene',
      positiveNumber('--mutation-probability'),
      settings.mutationProbability,
    )
    .option('--generations <n>', '', wholeNumber('--generations', 0), settings.generations)
    .option('--svg <file>', 'draw cost against score')
    .option('--out <folder>', 'write the genotypes of the front')
    .action((options: EvolveOptions) => evolveNetworks(options, context));
}

async function evolveNetworks(options: EvolveOptions, context: CliContext): Promise<void> {
  const limits = limitsOf(options);
  const { width, resolutions, classes, blockWidths, objectives } = options;
  const space = tinyNasSpace({
    width,
    resolutions,
    classes,
    ...(blockWidths === true ? { blockWidths: blockWidthsV2 } : {}),
  });
  const progress = createProgress(context.interactive, context.note);
  const oracle = await openOracle(options, context.signal);
  const threads = await createSearchThreads(context.config, { ...options, limits }, context.signal);
  const stop = (): void => void threads.close();
  context.signal.addEventListener('abort', stop, { once: true });
  try {
    const evolution: Evolution = { space, estimator: threads, oracle, limits, objectives, settings: options };
    progress.stage(`evolving ${options.generations} generations of ${options.population}`);
    const left = timeLeft(performance.now());
    const state = await runEvolution(evolution, {
      seed: options.seed,
      onGeneration: (now) => progress.detail(`${left(now.generation, options.generations)}; ${bestOf(now)}`),
    });
    progress.done();
    const front = frontOf(evolution, state.members);
    const about = { target: options.target.name, limits, seed: options.seed };
    if (options.svg !== undefined)
      await writeFileSafely(options.svg, frontSvg(state.members, front, space.name));
    if (options.out !== undefined) await writeGenotypes(options.out, front);
    context.print(
      options.json === true
        ? JSON.stringify(evolutionDocument(evolution, about, state, front), null, 2)
        : evolutionReport(evolution, about, state, front),
    );
    if (front.length === 0) throw nothingFits(state);
  } catch (error) {
    progress.failed();
    throw error;
  } finally {
    context.signal.removeEventListener('abort', stop);
    await Promise.all([threads.close(), oracle.close()]);
  }
}

function bestOf({ members: [best] }: EvolutionState): string {
  if (best === undefined || best.excess > 0) return 'none within the limits yet';
  return best.score.kind === 'accuracy'
    ? `best ${best.score.value}`
    : `best ${millions(best.estimate.macs)} MACs`;
}

function nothingFits({ members: [closest], evaluated }: EvolutionState): FarmError {
  const { sramBytes, flashBytes, cost } = closest!.estimate;
  return new FarmError(
    'IMAGE_TOO_LARGE',
    `none of ${evaluated} networks is within the limits; the closest takes ${sramBytes} bytes of SRAM, ` +
      `${flashBytes} of flash and ${Math.round(cost.mean)} ${cost.unit}`,
  );
}

function objectiveList(text: string): Objective[] {
  return text.split(',').map((part) => {
    const objective = objectiveNames.find((name) => name === part);
    if (objective !== undefined) return objective;
    throw new FarmError(
      'USAGE_INVALID',
      `--objectives has '${part}', expected some of ${objectiveNames.join(', ')}`,
    );
  });
}
