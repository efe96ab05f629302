import { availableParallelism } from 'node:os';

import type { Command } from 'commander';

import { FarmError, systemClock } from '#core';

import type { Baseline, CiEntry, CiOutcome, CiVerdict } from '../../wiring/ci/index.ts';
import { createProjectToolchain } from '../../wiring/create-project-toolchain.ts';
import { writeFileSafely } from '../../wiring/write-file-safely.ts';
import type { CliContext } from '../context.ts';
import { positiveInteger } from '../parse.ts';

interface CiOptions {
  updateBaseline?: boolean;
  jobs: number;
  report?: string;
}

export function addCiCommand(program: Command, context: CliContext): void {
  program
    .command('ci')
    .description('measure the candidates of a CI file in emulators, and compare with its baseline')
    .argument('[file]', 'the CI file; docs/ci.md shows it', 'tinyfarm-ci.yaml')
    .option('--update-baseline', 'take what is measured as the baseline from now on')
    .option('--jobs <n>', 'measurements at a time', positiveInteger('--jobs'), availableParallelism())
    .option('--report <folder>', "where the report goes, instead of the file's own folder for it")
    .action((file: string, options: CiOptions) => ci(file, options, context));
}

async function ci(file: string, options: CiOptions, context: CliContext): Promise<void> {
  // Nothing of it is needed by any other command, nor at its start.
  const wiring = await import('../../wiring/ci/index.ts');
  const plan = await wiring.readCiFile(file);
  const baseline = await wiring.readBaseline(plan.baselinePath);
  if (baseline === undefined && options.updateBaseline !== true) {
    throw new FarmError('CI_BASELINE_LACKS', `there is no baseline ${plan.baselinePath}`);
  }
  const toolchain = createProjectToolchain(context.config);
  const compiler = await toolchain.probe(context.signal);
  const { entries } = plan;
  const progress = progressOf(entries.length, context);
  const outcomes = await wiring.runCi(entries, {
    toolchain,
    devices: wiring.createCiDevices(context.note),
    timeoutMs: plan.timeoutMs,
    jobs: options.jobs,
    signal: context.signal,
    onDone: (outcome) => progress(outcome, (numbers) => wiring.groupedCount(numbers)),
  });
  const verdicts = outcomes.map((outcome) => wiring.judge(outcome, baseline));
  const measured = wiring.baselineOf(
    compiler,
    outcomes.flatMap((outcome) =>
      'numbers' in outcome
        ? [
            {
              candidate: outcome.entry.candidate,
              target: outcome.entry.target.name,
              numbers: outcome.numbers,
            },
          ]
        : [],
    ),
  );
  const folder = options.report ?? plan.reportFolder;
  await wiring.writeReport(folder, {
    verdicts,
    gone: wiring.goneFrom(baseline, entries),
    baseline,
    measured,
  });
  context.print(`${wiring.headline(verdicts)}; the report is in ${folder}`);
  refuseBroken(verdicts);
  if (options.updateBaseline === true) {
    await writeFileSafely(plan.baselinePath, wiring.formatBaseline(measured));
    context.print(`the baseline is now ${plan.baselinePath}`);
    return;
  }
  refuseWorse(verdicts, baseline!, wiring.changeText);
}

/** A line for each that is done, with the time that the rest will take. */
function progressOf(
  total: number,
  { note }: CliContext,
): (outcome: CiOutcome, countText: (value: number) => string) => void {
  const startedMs = systemClock.monotonicMs();
  let done = 0;
  return (outcome, countText) => {
    done += 1;
    const leftS = Math.ceil((((systemClock.monotonicMs() - startedMs) / done) * (total - done)) / 1000);
    const how =
      'failure' in outcome
        ? `broken: ${outcome.failure.message}`
        : `${countText(outcome.numbers.instructions)} instructions`;
    const left = done === total ? '' : ` (about ${leftS} s left)`;
    note(`[${done}/${total}] ${nameOf(outcome.entry)}: ${how}${left}`);
  };
}

function nameOf({ candidate, target }: CiEntry): string {
  return `${candidate} on ${target.name}`;
}

function refuseBroken(verdicts: readonly CiVerdict[]): void {
  const broken = verdicts.flatMap(({ outcome }) =>
    'failure' in outcome ? [`${nameOf(outcome.entry)}: ${outcome.failure.message}`] : [],
  );
  if (broken.length > 0) throw new FarmError('CI_BROKEN', `${broken.length} broken: ${broken.join('; ')}`);
}

function refuseWorse(
  verdicts: readonly CiVerdict[],
  baseline: Baseline,
  changeText: (change: CiVerdict['changes'][number]) => string,
): void {
  const worse = verdicts.flatMap(({ outcome, changes }) =>
    changes
      .filter((change) => change.isRegression)
      .map((change) => `${nameOf(outcome.entry)}: ${changeText(change)}`),
  );
  if (worse.length > 0)
    throw new FarmError('CI_REGRESSION', `${worse.length} regressions: ${worse.join('; ')}`);
  const lacking = verdicts
    .filter(({ status }) => status === 'new')
    .map(({ outcome }) => nameOf(outcome.entry));
  if (lacking.length > 0) {
    throw new FarmError(
      'CI_BASELINE_LACKS',
      `the baseline (of ${baseline.compiler}) has no ${lacking.join(', ')}`,
    );
  }
}
