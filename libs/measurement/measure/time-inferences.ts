import { FarmError, type Clock } from '#core';
import { decimalField, type Frame } from '../protocol/index.ts';
import type { RepeatRule } from '../statistics/index.ts';
import { isNoRoom, type Session } from '../session/index.ts';
import type { Patience } from './patience.ts';

type Commands = Pick<Session, 'command'>;

export interface TimingOptions {
  /** How many are wanted, given the ticks so far. */
  readonly repeats: RepeatRule;
  readonly warmup: number;
  /** Learns what the first inference takes, and says how long a command may be silent. */
  readonly patience: Pick<Patience, 'learn' | 'deadlineMs'>;
  readonly clock: Clock;
  /** Gives the firmware its input again, where it has no room to keep it. */
  readonly feed: () => Promise<void>;
  readonly onProgress: (text: string) => void;
}

const maxPerCommand = 64;
const maxWarmupPerCommand = 1000;
/** A command is to let progress be seen. */
const commandMs = 5000;

/** Ticks of each timed inference. The number is split over commands that are short enough to be watched. */
export async function timeInferences(session: Commands, options: TimingOptions): Promise<number[]> {
  const { warmup, clock, patience } = options;
  const startedMs = clock.monotonicMs();
  const first = await runOnce(session, options);
  const inferenceMs = Math.max(clock.monotonicMs() - startedMs, 0.1);
  patience.learn(inferenceMs);
  // The first inference tells how many fit into a command; it counts as a warm-up, if one was wanted.
  const ticks = warmup === 0 ? [first] : [];
  const progress: Progress = {
    ticks,
    warm: Math.min(warmup, 1),
    perCommand: Math.max(1, Math.floor(commandMs / inferenceMs)),
  };
  for (let wanted = options.repeats(ticks); ticks.length < wanted; wanted = options.repeats(ticks)) {
    options.onProgress(`inference ${progress.warm + ticks.length + 1} of ${warmup + wanted}`);
    if (!(await runSome(session, options, progress, wanted))) {
      await runOneByOne(session, options, progress);
    }
  }
  return ticks;
}

interface Progress {
  readonly ticks: number[];
  warm: number;
  readonly perCommand: number;
}

/** One command's worth; false where the firmware has no room to keep its input over several inferences. */
async function runSome(
  session: Commands,
  options: TimingOptions,
  progress: Progress,
  wanted: number,
): Promise<boolean> {
  const { warmup, patience } = options;
  const { ticks, perCommand } = progress;
  const cold = warmup - progress.warm;
  if (cold > perCommand) {
    const some = Math.min(perCommand, maxWarmupPerCommand);
    progress.warm += some;
    return (await tryRun(session, 1, some - 1, patience)) !== undefined;
  }
  // A later command starts warm too: what came between has used the caches.
  const again = ticks.length > 0 && warmup > 0 ? 1 : cold;
  const count = Math.min(maxPerCommand, wanted - ticks.length, Math.max(1, perCommand - again));
  const timed = await tryRun(session, count, again, patience);
  if (timed === undefined) {
    return false;
  }
  progress.warm = warmup;
  ticks.push(...timed);
  return true;
}

async function runOneByOne(session: Commands, options: TimingOptions, progress: Progress): Promise<void> {
  const { repeats, warmup, onProgress } = options;
  const { ticks } = progress;
  for (let wanted = repeats(ticks); ticks.length < wanted; wanted = repeats(ticks)) {
    onProgress(`inference ${progress.warm + ticks.length + 1} of ${warmup + wanted}`);
    const count = await runOnce(session, options);
    if (progress.warm < warmup) {
      progress.warm++;
    } else {
      ticks.push(count);
    }
  }
}

/** Undefined where the firmware has no room to keep its input over several inferences. */
async function tryRun(
  session: Commands,
  count: number,
  warmup: number,
  patience: TimingOptions['patience'],
): Promise<number[] | undefined> {
  try {
    const frames = await session.command(`tf-run ${count} ${warmup}`, patience.deadlineMs(count + warmup));
    return ticksOf(frames, 'run', count);
  } catch (error) {
    if (isNoRoom(error)) return undefined;
    throw error;
  }
}

async function runOnce(session: Commands, { feed, patience }: TimingOptions): Promise<number> {
  await feed();
  return ticksOf(await session.command('tf-run 1 0', patience.deadlineMs(1)), 'run', 1)[0]!;
}

/** The ticks of numbered lines, all there and in order. Error PROTOCOL_ERROR. */
export function ticksOf(frames: readonly Frame[], topic: string, count: number): number[] {
  if (frames.length !== count) {
    throw new FarmError(
      'PROTOCOL_ERROR',
      `the firmware answered ${frames.length} lines '${topic}', expected ${count}`,
    );
  }
  return frames.map((frame, i) => {
    if (frame.topic !== topic || decimalField(frame, 'i') !== i) {
      throw new FarmError(
        'PROTOCOL_ERROR',
        `the firmware answered '${frame.topic}' ${frame.fields.get('i') ?? ''} where '${topic}' ${i} was expected`,
      );
    }
    return decimalField(frame, 'ticks');
  });
}
