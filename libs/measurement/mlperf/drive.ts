import { FarmError, seededBytes } from '#core';
import { median } from '../statistics/index.ts';
import { readInferAnswer, readResults } from './laps.ts';
import { askBufferBytes, loadInput } from './load-input.ts';
import type { MlperfSession } from './mlperf-session.ts';
import { iterationsFor, mlperfTinyRules, type RunRules } from './run-rules.ts';

export interface DriveOptions {
  /** One after the other; where absent, seeded ones of the size of the firmware's buffer, or of `inputBytes`. */
  readonly inputs?: readonly Int8Array[] | undefined;
  readonly inputBytes?: number | undefined;
  /** Default: MLPerf Tiny's. */
  readonly rules?: Partial<RunRules> | undefined;
  /** The longest run of inferences. Default 3 times what it should take, and 60 s. */
  readonly timeoutMs?: number | undefined;
  readonly onProgress?: ((text: string) => void) | undefined;
}

/** The inferences on one input. */
export interface MlperfRun {
  readonly iterations: number;
  readonly warmup: number;
  readonly windowUs: number;
  readonly perInferenceUs: number;
  /** Characters sent inside of the window: at 115200 baud each takes 87 us. */
  readonly printedChars: number;
  readonly results: readonly number[];
}

export interface MlperfResult {
  /** From `name%`. */
  readonly name: string;
  /** The lines of `profile%`. */
  readonly profile: readonly string[];
  readonly model: string | undefined;
  readonly runs: readonly MlperfRun[];
  /** Median over the inputs, from the firmware's own clock. */
  readonly perInferenceUs: number;
  readonly inputs: readonly Int8Array[];
  readonly rules: RunRules;
}

/** A performance run of MLPerf Tiny. Errors of `MlperfSession.command`; PROTOCOL_ERROR, INPUT_INVALID, MEASUREMENT_REJECTED. */
export async function driveMlperf(session: MlperfSession, options: DriveOptions = {}): Promise<MlperfResult> {
  const { onProgress = () => {} } = options;
  const rules = { ...mlperfTinyRules, ...options.rules };
  onProgress('identity');
  const name = (await session.command('name')).find((line) => line.startsWith('m-name-'));
  if (name === undefined) {
    throw new FarmError('PROTOCOL_ERROR', 'the firmware answered name% without a line m-name-…');
  }
  const profile = await session.command('profile');
  const inputs = await inputsOf(session, options, rules);
  const runs: MlperfRun[] = [];
  for (const [i, input] of inputs.entries()) {
    onProgress(`input ${i + 1} of ${inputs.length}`);
    runs.push(await measureInput(session, input, rules, options.timeoutMs ?? 60_000));
  }
  return {
    name: name.slice('m-name-'.length),
    profile,
    model: profile.map((line) => /^m-model-\[(.*)\]$/.exec(line)?.[1]).find((text) => text !== undefined),
    runs,
    perInferenceUs: median(runs.map((run) => run.perInferenceUs)),
    inputs,
    rules,
  };
}

async function inputsOf(
  session: MlperfSession,
  options: DriveOptions,
  rules: RunRules,
): Promise<readonly Int8Array[]> {
  if (options.inputs !== undefined && options.inputs.length > 0) {
    return options.inputs;
  }
  const bytes = options.inputBytes ?? (await askBufferBytes(session));
  if (bytes === undefined) {
    throw new FarmError(
      'INPUT_INVALID',
      'the firmware does not tell the size of its input, expected inputs or their size to be given',
    );
  }
  return Array.from({ length: rules.inputs }, (_, seed) => seededBytes(bytes, seed));
}

async function measureInput(
  session: MlperfSession,
  input: Int8Array,
  rules: RunRules,
  timeoutMs: number,
): Promise<MlperfRun> {
  await loadInput(session, input);
  const trial = readInferAnswer(await session.command(`infer 1 ${rules.warmup}`, timeoutMs));
  const iterations = iterationsFor(trial.windowUs, rules);
  const expectedMs = (trial.windowUs * (iterations + rules.warmup)) / 1000;
  // The firmware of a network that overwrites its input has to be given it again.
  await loadInput(session, input);
  const lines = await session.command(
    `infer ${iterations} ${rules.warmup}`,
    Math.max(timeoutMs, 3 * expectedMs),
  );
  const { windowUs, printedChars, results } = readInferAnswer(lines);
  if (windowUs <= 0) {
    throw new FarmError(
      'MEASUREMENT_REJECTED',
      `${iterations} inferences took ${windowUs} us, expected more than 0`,
    );
  }
  return {
    iterations,
    warmup: rules.warmup,
    windowUs,
    perInferenceUs: windowUs / iterations,
    printedChars,
    results: results.length > 0 ? results : (readResults(await session.command('results')) ?? []),
  };
}
