import type { Command } from 'commander';

import { FarmError } from '#core';
import type { Measurement } from '#measurement';
import { arenaLimitBytes, type Limits } from '#search';

import { ablate, type AblationCell } from '../../../wiring/ablate.ts';
import { choosePlace } from '../../../wiring/choose-place.ts';
import { openProjectStore } from '../../../wiring/open-project-store.ts';
import type { CliContext } from '../../context.ts';
import { bytes, count } from '../../output/numbers.ts';
import { createProgress } from '../../output/progress.ts';
import { table } from '../../output/table.ts';
import { wholeNumber } from '../../parse.ts';
import { addLimitOptions, limitsOf, type SearchOptions } from './search-options.ts';

interface AblateOptions extends Pick<SearchOptions, 'target' | 'sram' | 'flash' | 'cost' | 'json'> {
  on: string;
  board?: string;
  boards: string;
  repeats: number;
}

export function addAblateCommand(parent: Command, context: CliContext): void {
  addLimitOptions(
    parent
      .command('ablate')
      .description(
        'measure baseline and searched network with plain and with full code generation: which of the two helps',
      )
      .argument('<baseline>', 'a genotype, an MCUNet subnet JSON or a .tflite')
      .argument('<searched>', "such as one that 'search evolve --out' wrote"),
  )
    .option('--on <device>', 'qemu or board', 'qemu')
    .option('--board <name>', 'this board of the board list')
    .option('--boards <file>', 'the board list', context.config.boardsPath)
    .option('--repeats <n>', 'timed inferences', wholeNumber('--repeats', 1, 64), 3)
    .option('--json', 'print one JSON document')
    .action((baseline: string, searched: string, options: AblateOptions) =>
      runAblation(baseline, searched, options, context),
    );
}

async function runAblation(
  baseline: string,
  searched: string,
  options: AblateOptions,
  context: CliContext,
): Promise<void> {
  const limits = limitsOf(options);
  const progress = createProgress(context.interactive, context.note);
  const place = await choosePlace({ ...options, target: options.target.name }, context.config);
  try {
    const store = await openProjectStore(context.config);
    try {
      const cells = await ablate(
        {
          baseline,
          searched,
          arenaLimitBytes: arenaLimitBytes({ sramLimitBytes: limits.sramBytes! }),
          repeats: options.repeats,
        },
        {
          ...place,
          store,
          config: context.config,
          signal: context.signal,
          onStage: (done, of, text) => progress.stage(`measuring ${done + 1} of ${of}: ${text}`),
        },
      );
      progress.done();
      context.print(
        options.json === true
          ? JSON.stringify({ target: place.target.name, limits, cells }, null, 2)
          : report(cells, limits, place.target.name),
      );
      if (cells.every(({ measurement }) => measurement === null)) {
        throw new FarmError(
          'IMAGE_TOO_LARGE',
          `none of the four could be measured: ${cells.at(-1)!.problem}`,
        );
      }
    } finally {
      await store.close();
    }
  } catch (error) {
    progress.failed();
    throw error;
  } finally {
    await place.release();
  }
}

/** Cycles on boards; instructions, which are no time, on emulators. */
function costOf({ cycles, instructions }: Measurement): number {
  return cycles ?? instructions ?? Number.NaN;
}

function sramOf({ sram }: Measurement): number {
  return (sram.measured ?? sram.planned).peakBytes;
}

function report(cells: readonly AblationCell[], limits: Limits, target: string): string {
  const [first] = cells.flatMap(({ measurement }) => measurement ?? []);
  const unit = first?.fidelity === 'hardware' ? 'cycles' : 'instructions';
  const rows = cells.map(({ network, code, measurement, problem }) => {
    if (measurement === null) return [network, code, '-', '-', '-', '-', `not measured: ${problem}`];
    const broken = brokenLimits(measurement, limits);
    return [
      network,
      code,
      (measurement.macs / 1e6).toFixed(2),
      count(costOf(measurement)),
      count(sramOf(measurement)),
      count(measurement.flash.totalBytes),
      broken.length === 0 ? 'yes' : `no: ${broken.join(', ')}`,
    ];
  });
  return [
    `${target}: SRAM ${bytes(limits.sramBytes!)}, flash ${bytes(limits.flashBytes!)}; all measured` +
      (unit === 'instructions' ? ', emulated: instructions are no time' : ''),
    '',
    table(
      ['network', 'code', 'M MACs>', `${unit}>`, 'SRAM peak, bytes>', 'flash, bytes>', 'within the limits'],
      rows,
    ),
    '',
    ...comparisons(cells, unit),
  ].join('\n');
}

function brokenLimits(measurement: Measurement, { sramBytes, flashBytes, cost }: Limits): string[] {
  const over = (name: string, value: number, limit = Infinity): string[] => (value > limit ? [name] : []);
  return [
    ...over('SRAM', sramOf(measurement), sramBytes),
    ...over('flash', measurement.flash.totalBytes, flashBytes),
    ...over('cost', costOf(measurement), cost),
  ];
}

/** What code generation does for each network. */
function comparisons(cells: readonly AblationCell[], unit: string): string[] {
  return (['baseline', 'searched'] as const).flatMap((network) => {
    const [plain, full] = cells
      .filter((cell) => cell.network === network)
      .map(({ measurement }) => measurement);
    if (!plain || !full) return [];
    const ratio = (value: (measurement: Measurement) => number): string =>
      (value(full) / value(plain)).toFixed(2);
    return [`full over plain, ${network}: SRAM × ${ratio(sramOf)}, ${unit} × ${ratio(costOf)}`];
  });
}
