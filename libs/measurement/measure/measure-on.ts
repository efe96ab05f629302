import { randomUUID } from 'node:crypto';
import { FarmError, silentLogger, type Clock, type Logger } from '#core';
import {
  openAroundRun,
  type Device,
  type OpenedConsole,
  type RunningDevice,
  type SerialConsole,
  type SerialOpener,
} from '#devices';
import type { Image } from '#toolchain';
import { createSymbolise } from '../fault/index.ts';
import type { Measurement } from '../measurement.ts';
import { Session } from '../session/index.ts';
import { defaultGoal, fixedRepeats, untilPrecise, type PrecisionGoal } from '../statistics/index.ts';
import { assemble, type Candidate } from './assemble.ts';
import { collect } from './collect.ts';
import type { Expectation } from './compare-output.ts';
import { inputBytesOf, inputChunkBytes, type MeasurementInput } from './feed-input.ts';

export interface MeasureOptions {
  readonly candidate: Candidate;
  readonly input: MeasurementInput;
  /** The right answer to that input; where absent the measurement says that its output was not checked. */
  readonly expected?: Int8Array | Expectation | undefined;
  /** Timed inferences; on hardware the fewest, and more follow until `precision` is reached. Default 3. */
  readonly repeats?: number;
  /** Hardware only: a number that misses it within `maxRepeats` is rejected. */
  readonly precision?: PrecisionGoal;
  /** Inferences before them. Default 1. */
  readonly warmup?: number;
  /** Whether each layer is timed by itself. Default: yes. */
  readonly layers?: boolean;
  /** The longest silence of the first inference; by default it follows from the network's MACs. */
  readonly timeoutMs?: number | undefined;
  /** For the provenance: versions of tinyfarm and of whatever the caller used. */
  readonly tools?: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly logger?: Logger;
  readonly signal?: AbortSignal;
  readonly onProgress?: (text: string) => void;
  /** The chip that must answer; default the device's, any where it has none. */
  readonly uid?: string;
  /** Default: a port of this host. */
  readonly openSerial?: SerialOpener;
}

export interface MeasureOutcome {
  readonly measurement: Measurement;
  readonly output: Int8Array;
  /** Every line that crossed the console, with its time. */
  readonly consoleLog: string;
  /** What the device had to say besides, by file name. */
  readonly artifacts: ReadonlyMap<string, Uint8Array>;
}

/**
 * Runs an image on a device and measures it. A measurement that cannot be trusted is returned as rejected; where
 * there is none at all it rejects, with the console's log in the error's context as `consoleLog`. Whatever happens the
 * device is stopped. Errors: those of `Device.start`, of `openConsole` and of `Session`; INPUT_INVALID.
 */
export async function measureOn(
  device: Device,
  image: Image,
  options: MeasureOptions,
): Promise<MeasureOutcome> {
  const { clock, logger = silentLogger, signal, onProgress = () => {} } = options;
  const bytes = inputBytesOf(options.input, image.inputBytes);
  const startedAt = new Date(clock.nowMs()).toISOString();
  const running = await device.start(image, {
    logger,
    onStage: onProgress,
    ...(signal === undefined ? {} : { signal }),
  });
  let console: SerialConsole | undefined;
  try {
    const opened = await openAroundRun({
      ttyPath: running.ttyPath,
      baudRate: running.baudRate,
      opening: running.serialOpening,
      run: () => running.run(),
      clock,
      signal,
      open: options.openSerial,
    });
    console = opened.console;
    console.note(`opened ${running.ttyPath} at ${new Date(clock.nowMs()).toISOString()}`);
    const collected = await blaming(running, image, signal, () =>
      converse(running, opened, device, image, bytes, options),
    );
    const artifacts = (await running.artifacts?.()) ?? new Map<string, Uint8Array>();
    const measurement = assemble({
      id: randomUUID(),
      device,
      image,
      candidate: options.candidate,
      input: bytes,
      expected: expectationOf(options.expected),
      tools: { ...options.tools, ...running.provenance },
      startedAt,
      collected,
      wantedHalfWidth: goalOf(options).relativeHalfWidth,
    });
    return { measurement, output: collected.output, consoleLog: console.log.text(), artifacts };
  } catch (error) {
    throw withLog(error, console);
  } finally {
    await console?.close();
    await running.stop();
  }
}

function expectationOf(expected: MeasureOptions['expected']): Expectation | undefined {
  return expected instanceof Int8Array ? { output: expected, from: 'the reference interpreter' } : expected;
}

/** Who listens late may hear no boot, and asks after a short silence. */
const missedBootMs = 500;
const defaultRepeats = 3;

function goalOf({ repeats = defaultRepeats, precision }: MeasureOptions): Required<PrecisionGoal> {
  const goal = { ...defaultGoal, ...precision };
  const minRepeats = Math.max(repeats, goal.minRepeats);
  return { ...goal, minRepeats, maxRepeats: Math.max(minRepeats, goal.maxRepeats) };
}

async function converse(
  running: RunningDevice,
  { console, begin, mayHaveMissedBoot }: OpenedConsole,
  device: Device,
  image: Image,
  bytes: Int8Array,
  options: MeasureOptions,
): Promise<Awaited<ReturnType<typeof collect>>> {
  const session = await Session.open(console, begin, {
    clock: options.clock,
    buildHash: image.buildHash,
    uid: options.uid ?? device.uid,
    gone: running.gone,
    signal: options.signal,
    inspect: () => running.inspect(),
    symbolise: createSymbolise(image.elfPath),
    ...(mayHaveMissedBoot ? { bootDeadlineMs: missedBootMs } : {}),
  });
  try {
    return await collect(session, {
      device,
      timeIsReal: device.timeIsReal ?? device.fidelity === 'hardware',
      image,
      input: options.input,
      bytes,
      repeats:
        device.fidelity === 'hardware'
          ? untilPrecise(goalOf(options))
          : fixedRepeats(options.repeats ?? defaultRepeats),
      warmup: options.warmup ?? 1,
      layers: options.layers ?? true,
      timeoutMs: options.timeoutMs,
      inputChunkBytes:
        running.maxUnansweredBytes === undefined ? undefined : inputChunkBytes(running.maxUnansweredBytes),
      executed: running.executedInstructions && (() => running.executedInstructions!()),
      clock: options.clock,
      onProgress: options.onProgress ?? (() => {}),
    });
  } finally {
    session.close();
  }
}

/**
 * What the device saw the firmware do wrong counts, whether the firmware came to an end or not: an access to nothing, for
 * one, is answered by an emulated bus as if it were nothing special.
 */
async function blaming<T>(
  running: RunningDevice,
  { elfPath }: Image,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const complain = async (cause?: unknown): Promise<void> => {
    const complaint = signal?.aborted === true ? undefined : await running.complaint?.();
    if (complaint !== undefined) {
      const where = await createSymbolise(elfPath)(complaint);
      throw new FarmError('FIRMWARE_FAULT', `the firmware went wrong: ${where}`, { cause });
    }
  };
  let done: T;
  try {
    done = await work();
  } catch (error) {
    await complain(error);
    throw error;
  }
  await complain();
  return done;
}

/** The log says what the message cannot. */
function withLog(error: unknown, console: SerialConsole | undefined): unknown {
  if (!(error instanceof FarmError) || console === undefined) {
    return error;
  }
  return new FarmError(error.code, error.message, {
    context: { ...error.context, consoleLog: console.log.text() },
    cause: error,
  });
}
