import { FarmError, type Clock } from '#core';
import type { Device } from '#devices';
import type { Image } from '#toolchain';
import { checkClock, type ClockCheck } from '../clock/index.ts';
import { decimalField } from '../protocol/index.ts';
import type { Hello, Session } from '../session/index.ts';
import { crossCheck, type CrossCheck } from './cross-check.ts';
import { feedInput, type MeasurementInput } from './feed-input.ts';
import type { RepeatRule } from '../statistics/index.ts';
import { Patience } from './patience.ts';
import { readOutput } from './read-output.ts';
import { measureSram, type MeasuredMemory } from './sram.ts';
import { tickUnit, type Unit } from './tick-unit.ts';
import { ticksOf, timeInferences } from './time-inferences.ts';

export interface CollectOptions {
  readonly device: Device;
  /** Whether the board's ticks go as the host's time does, and can be held against it. */
  readonly timeIsReal: boolean;
  readonly image: Image;
  readonly input: MeasurementInput;
  /** The bytes of that input. */
  readonly bytes: Int8Array;
  /** How many timed inferences are wanted, given the counts so far. */
  readonly repeats: RepeatRule;
  readonly warmup: number;
  /** Whether each layer is timed by itself. */
  readonly layers: boolean;
  /** The longest silence of the first inference, where the user says so. */
  readonly timeoutMs?: number | undefined;
  /** The most bytes of input in one command. */
  readonly inputChunkBytes?: number | undefined;
  /** Instructions that the core has executed so far, where the device can tell. */
  readonly executed?: (() => Promise<number>) | undefined;
  readonly clock: Clock;
  readonly onProgress: (text: string) => void;
}

/** Everything that a firmware told, in instructions or cycles. */
export interface Collected {
  readonly hello: Hello;
  readonly unit: Unit;
  readonly warmup: number;
  /** Of each timed inference, the window's overhead subtracted. */
  readonly counts: readonly number[];
  /** Of each layer, its window's overhead subtracted; empty where none was wanted or the firmware has no table of them. */
  readonly layerCounts: readonly number[];
  /** Of an empty window, and of an empty layer's. */
  readonly overhead: number;
  readonly layerOverhead: number;
  readonly memory: MeasuredMemory;
  /** Absent where ticks are no time. */
  readonly clockCheck?: ClockCheck;
  /** Where the emulator counts too. */
  readonly counterCheck?: CrossCheck;
  readonly output: Int8Array;
  /** Commands whose answers came damaged once. */
  readonly askedAgain: readonly string[];
}

/** Asks a firmware for all that makes a measurement. Errors of `Session.command`; PROTOCOL_ERROR. */
export async function collect(session: Session, options: CollectOptions): Promise<Collected> {
  const { image, input, bytes, warmup, timeoutMs, onProgress } = options;
  const { hello } = session;
  requireShape(hello, image);
  const { unit, convert } = tickUnit(options.device, image.target, hello);
  const feed = (): Promise<void> => feedInput(session, input, bytes, options.inputChunkBytes);

  const patience = new Patience({
    fidelity: options.device.fidelity,
    clockHz: hello.clockHz,
    layers: image.layers,
    timeoutMs,
  });

  onProgress('input');
  // The overhead is known only later; the few ticks of it do not change how many repeats are wanted.
  const repeats: RepeatRule = (ticks) => options.repeats(ticks.map(convert));
  const ticks = await timeInferences(session, { ...options, repeats, feed, patience });
  onProgress('output');
  const output = await readOutput(session, image.outputBytes);
  const memory = await measureSram(session, image);
  const [empty] = await session.ask('tf-overhead');
  if (empty?.topic !== 'overhead') {
    throw new FarmError('PROTOCOL_ERROR', "the firmware answered no line 'overhead'");
  }
  const overhead = convert(decimalField(empty, 'ticks'));
  const layerOverhead = convert(decimalField(empty, 'layer'));

  onProgress('layers');
  let layerTicks: number[] = [];
  if (options.layers && hello.layers > 0) {
    await feed();
    layerTicks = ticksOf(await session.ask('tf-layers', patience.deadlineMs(1), feed), 'layer', hello.layers);
  }
  if (options.timeIsReal) {
    onProgress('clock');
  }
  const counts = ticks.map((count) => convert(count) - overhead);
  const counterCheck =
    options.executed === undefined || counts.length === 0
      ? undefined
      : await crossCheck(session, {
          executed: options.executed,
          insideInstructions: counts[0]!,
          inputBytes: image.inputBytes,
          deadlineMs: patience.deadlineMs(4),
        });
  const clockCheck = options.timeIsReal
    ? await checkClock(session, { clock: options.clock, expectedHz: hello.tickHz })
    : undefined;
  return {
    hello,
    unit,
    warmup,
    counts,
    layerCounts: layerTicks.map((count) => convert(count) - layerOverhead),
    overhead,
    layerOverhead,
    memory,
    ...(clockCheck === undefined ? {} : { clockCheck }),
    ...(counterCheck === undefined ? {} : { counterCheck }),
    output,
    askedAgain: session.askedAgain,
  };
}

/** The build hash has matched, so a difference here is a mistake of ours. */
function requireShape(hello: Hello, image: Image): void {
  const pairs = [
    ['input bytes', hello.inputBytes, image.inputBytes],
    ['output bytes', hello.outputBytes, image.outputBytes],
    ['layers', hello.layers, image.layers.length],
  ] as const;
  for (const [what, told, expected] of pairs) {
    if (told !== expected && !(what === 'layers' && told === 0)) {
      throw new FarmError(
        'PROTOCOL_ERROR',
        `the firmware has ${told} ${what}, expected ${expected} as built`,
      );
    }
  }
}
