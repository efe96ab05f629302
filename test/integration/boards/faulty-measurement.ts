import { createBench, type Bench, type SimulatedBoard } from '#bench';
import { generateCode } from '#codegen';
import { FarmError, seededBytes, systemClock } from '#core';
import { createBoardDevice, createBoardRecords, type Device } from '#devices';
import { measureOn, type Measurement } from '#measurement';
import { readCandidate, runNetwork } from '#network';
import { findTarget } from '#targets';
import type { Image } from '#toolchain';
import { sharedToolchain } from '../harness/qemu-console.ts';
import { entryOf } from '../openocd/faulty-board.ts';
import { tinyNetwork } from '../toolchain/tiny-network.ts';

const seed = 7;
const target = findTarget('stm32f405');

/** What became of a measurement: a number, or the cause given. */
export interface Outcome {
  readonly measurement?: Measurement;
  readonly code?: string;
  readonly blame?: string;
  readonly isRetryable?: boolean;
  readonly message?: string;
  /** From the fault to its being noticed. */
  readonly noticedMs: number;
}

export interface MeasureFaultyOptions {
  /** Acts once, when the measurement comes to the stage: `reset`, `input`, `output`, `layers`, `clock`. */
  readonly at?: string;
  readonly fault?: (board: SimulatedBoard) => unknown;
  readonly timeIsReal?: boolean;
}

export interface MeasuredBench {
  readonly bench: Bench;
  /** Leaves another image on the board, which has run. */
  runOther(board: SimulatedBoard): Promise<void>;
  measure(board: SimulatedBoard, options?: MeasureFaultyOptions): Promise<Outcome>;
}

/** Simulated boards and the sentinel, built for them with everything that a farm builds with. */
export async function measuredBench(
  names: readonly string[],
  time: 'instructions' | 'host' = 'instructions',
): Promise<MeasuredBench> {
  const bench = await createBench({ boards: names.map((name) => ({ name, time })) });
  const [toolchain, candidate] = await Promise.all([
    sharedToolchain([target]),
    readCandidate('examples/sentinel.json'),
  ]);
  const code = generateCode(candidate.network);
  const image: Image = await toolchain.build(code, target);
  const input = seededBytes(code.inputBytes, seed);
  const expected = runNetwork(candidate.network, input).outputs[0]!;
  const other = await toolchain.build(tinyNetwork(), target);
  const records = createBoardRecords();
  await bench.up();
  // Of the healthy boards: a fault does not change what the list says.
  const entries = new Map(bench.boards.map((board) => [board.name, entryOf(board)]));
  const deviceOf = ({ name }: SimulatedBoard): Device =>
    createBoardDevice({ board: entries.get(name)!, target, clock: systemClock, records });
  return {
    bench,
    async runOther(board) {
      await measureOn(deviceOf(board), other, {
        candidate: { name: 'other', hash: 'c0ffee' },
        input: { seed },
        clock: systemClock,
      });
    },
    async measure(board, { at, fault = () => {}, timeIsReal = false } = {}) {
      let faultMs = performance.now();
      let isDue = at !== undefined;
      if (!isDue) fault(board);
      try {
        const { measurement } = await measureOn({ ...deviceOf(board), timeIsReal }, image, {
          candidate: { name: candidate.name, hash: candidate.hash },
          input: { seed },
          expected,
          repeats: 5,
          clock: systemClock,
          onProgress(stage) {
            if (isDue && stage === at) {
              isDue = false;
              faultMs = performance.now();
              fault(board);
            }
          },
        });
        return { measurement, noticedMs: performance.now() - faultMs };
      } catch (error) {
        if (!(error instanceof FarmError)) throw error;
        const { code: cause, message, traits } = error;
        return {
          code: cause,
          message,
          blame: traits.blame,
          isRetryable: traits.retryable,
          noticedMs: performance.now() - faultMs,
        };
      }
    },
  };
}
