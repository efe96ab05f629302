import pLimit from 'p-limit';

import { FarmError, isFarmError, silentLogger, systemClock } from '#core';
import type { Device } from '#devices';
import { measureOn, type MeasureOptions, type MeasureOutcome } from '#measurement';
import type { Image, Toolchain } from '#toolchain';

import { tinyfarmVersion } from '../project.ts';
import type { CiDevices } from './ci-devices.ts';
import type { CiEntry } from './ci-file.ts';
import type { CiOutcome } from './compare.ts';
import { numbersOf, type CiNumbers } from './numbers.ts';
import { createPreparer, type Prepared } from './prepare-candidate.ts';

export interface CiServices {
  readonly toolchain: Toolchain;
  /** Closed at the end, whatever that is. */
  readonly devices: CiDevices;
  /** The longest silence of a first inference; where undefined, what its MACs let expect. */
  readonly timeoutMs: number | undefined;
  /** How many run at a time. */
  readonly jobs: number;
  readonly signal: AbortSignal;
  readonly onDone: (outcome: CiOutcome) => void;
}

type Measured = Extract<CiOutcome, { numbers: CiNumbers }>;

/**
 * Measures every entry; what is a candidate's fault is its outcome, and the others go on. The outcomes are in the order
 * of the entries. Rejects with what is the host's fault, and with INTERRUPTED.
 */
export async function runCi(entries: readonly CiEntry[], services: CiServices): Promise<CiOutcome[]> {
  const prepare = createPreparer();
  const limit = pLimit(services.jobs);
  const twins = new Map<string, Promise<Measured>>();
  // What ends one because of the host ends all.
  const ended = new AbortController();
  const signal = AbortSignal.any([services.signal, ended.signal]);

  const measure = async (entry: CiEntry): Promise<Measured> => {
    const prepared = await prepare(entry);
    const image = await services.toolchain.build(prepared.code, entry.target, { signal });
    const device = await services.devices.deviceFor(entry);
    const options = optionsFor(entry, prepared, services, signal);
    const key = `${entry.target.name} ${device.kind} ${prepared.timingKey}`;
    const twin = await twins.get(key)?.catch(() => undefined);
    if (twin !== undefined) {
      const found = await measureLike(twin, entry, device, image, options);
      if (found !== undefined) return found;
    }
    const measuring = measureWhole(entry, device, image, options);
    if (!twins.has(key)) twins.set(key, measuring);
    return measuring;
  };

  const settle = async (entry: CiEntry): Promise<CiOutcome> => {
    if (signal.aborted) throw new FarmError('INTERRUPTED', 'interrupted before everything was measured');
    const outcome = await twice(() => measure(entry), signal).catch((error: unknown): CiOutcome => {
      if (!isFarmError(error) || signal.aborted || isOfTheHost(error)) throw error;
      return { entry, failure: { code: error.code, message: error.message } };
    });
    services.onDone(outcome);
    return outcome;
  };

  const all = entries.map((entry) => limit(() => settle(entry)));
  try {
    return await Promise.all(all);
  } catch (error) {
    ended.abort();
    await Promise.allSettled(all);
    throw error;
  } finally {
    await services.devices.close();
  }
}

/** What the host does not manage, such as starting an emulator in time, is tried once more. */
async function twice<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted || !isFarmError(error) || !error.traits.retryable || error.traits.blame !== 'host')
      throw error;
    return work();
  }
}

function optionsFor(
  entry: CiEntry,
  { candidate, expected }: Prepared,
  { timeoutMs }: CiServices,
  signal: AbortSignal,
): MeasureOptions {
  return {
    candidate: { name: candidate.name, hash: candidate.hash },
    input: { seed: entry.seed },
    expected,
    // More would be split over commands by how fast the host is, and the stack's mark depends on the split.
    repeats: 1,
    warmup: 2,
    timeoutMs,
    tools: { tinyfarm: tinyfarmVersion },
    clock: systemClock,
    logger: silentLogger,
    signal,
  };
}

async function measureWhole(
  entry: CiEntry,
  device: Device,
  image: Image,
  options: MeasureOptions,
): Promise<Measured> {
  return { entry, numbers: accepted(await measureOn(device, image, options)) };
}

/**
 * One inference, for the output, of a candidate that differs from `twin` only in its weights. Undefined where it takes
 * another number of instructions: what they have in common then says nothing of the rest.
 */
async function measureLike(
  twin: Measured,
  entry: CiEntry,
  device: Device,
  image: Image,
  options: MeasureOptions,
): Promise<Measured | undefined> {
  const outcome = await measureOn(device, image, { ...options, repeats: 1, warmup: 0, layers: false });
  const numbers = accepted(outcome);
  if (numbers.instructions !== twin.numbers.instructions) return undefined;
  const { arenaBytes, stackBytes, layers } = twin.numbers;
  return { entry, numbers: { ...numbers, arenaBytes, stackBytes, layers }, twin: twin.entry.candidate };
}

function accepted({ measurement, output }: MeasureOutcome): CiNumbers {
  if (measurement.status === 'rejected') {
    throw new FarmError('MEASUREMENT_REJECTED', `measurement rejected: ${measurement.reason}`);
  }
  return numbersOf(measurement, output);
}

/** A machine that lacks something would fail every candidate alike. */
function isOfTheHost({ code, traits }: FarmError): boolean {
  return (traits.blame === 'host' && code !== 'DEVICE_EXITED') || code === 'INTERNAL';
}
