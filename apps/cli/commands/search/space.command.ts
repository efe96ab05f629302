import type { Command } from 'commander';

import {
  cumulativeSvg,
  optimiseSpace,
  tinyNasResolutions,
  tinyNasWidths,
  type StageOneResult,
} from '#search';

import { createSearchThreads } from '../../../wiring/search-estimator.ts';
import { writeFileSafely } from '../../../wiring/write-file-safely.ts';
import type { CliContext } from '../../context.ts';
import { bytes, millions } from '../../output/numbers.ts';
import { createProgress } from '../../output/progress.ts';
import { table } from '../../output/table.ts';
import { timeLeft } from '../../output/time-left.ts';
import { positiveInteger } from '../../parse.ts';
import { addSearchOptions, limitsOf, numberList, type SearchOptions } from './search-options.ts';

interface SpaceOptions extends SearchOptions {
  widths: readonly number[];
  resolutions: readonly number[];
  networks: number;
  top: number;
  svg?: string;
}

export function addSpaceCommand(parent: Command, context: CliContext): void {
  addSearchOptions(
    parent
      .command('space')
      .description(
        'stage one of TinyNAS: which width and resolution leave room for the most MACs within the limits',
      ),
  )
    .option('--widths <list>', 'width multipliers', numberList('--widths'), tinyNasWidths)
    .option('--resolutions <list>', 'sides of the input', numberList('--resolutions'), tinyNasResolutions)
    .option('--networks <n>', 'networks drawn from each space', positiveInteger('--networks'), 1000)
    .option('--top <n>', 'spaces shown', positiveInteger('--top'), 10)
    .option('--svg <file>', 'draw the cumulative distributions of MACs')
    .action(async (options: SpaceOptions) => {
      const { widths, resolutions, networks, seed, classes } = options;
      const limits = limitsOf(options);
      const progress = createProgress(context.interactive, context.note);
      const threads = await createSearchThreads(context.config, { ...options, limits }, context.signal);
      const stop = (): void => void threads.close();
      context.signal.addEventListener('abort', stop, { once: true });
      try {
        progress.stage(`surveying ${widths.length * resolutions.length} spaces, ${networks} networks each`);
        const left = timeLeft(performance.now());
        const result = await optimiseSpace(
          {
            widths,
            resolutions,
            classes,
            limits,
            count: networks,
            seed,
            onProgress: (done, of) => progress.detail(left(done, of)),
          },
          (space, survey) => threads.survey(space, survey),
        );
        progress.done();
        const title = `${options.target.name}: SRAM ${bytes(limits.sramBytes!)}, flash ${bytes(limits.flashBytes!)}`;
        if (options.svg !== undefined) await writeFileSafely(options.svg, cumulativeSvg(result, title));
        const about = {
          target: options.target.name,
          limits,
          unit: threads.unit,
          costSource: threads.costSource,
        };
        context.print(
          options.json === true
            ? JSON.stringify({ ...about, seed, ...result }, null, 2)
            : `${title}; costs: ${threads.costSource}\n\n${report(result, options.top)}`,
        );
      } catch (error) {
        progress.failed();
        throw error;
      } finally {
        context.signal.removeEventListener('abort', stop);
        await threads.close();
      }
    });
}

function report({ spaces, chosen }: StageOneResult, top: number): string {
  if (chosen === undefined) return 'no network of any space is within the limits';
  const best = spaces.filter(({ macs }) => macs.length > 0).toSorted((a, b) => b.meanMacs - a.meanMacs);
  const rows = best
    .slice(0, top)
    .map(({ width, resolution, macs, sampled, meanMacs }) => [
      String(width),
      String(resolution),
      `${((100 * macs.length) / sampled).toFixed(1)} %`,
      millions(meanMacs),
      millions(macs[Math.floor(macs.length / 2)]!),
      millions(macs.at(-1)!),
    ]);
  return [
    table(['width>', 'resolution>', 'satisfy>', 'mean MACs>', 'median>', 'most>'], rows),
    '',
    `chosen: width ${chosen.width}, resolution ${chosen.resolution} (the largest mean of ${best.length} spaces with networks within the limits)`,
  ].join('\n');
}
