import { createBench, type Bench, type SimulatedBoard } from '#bench';
import { FarmError, spawnLongRunning, systemClock } from '#core';
import { createBoardRecords, flashBoard, type FlashOutcome, type FlashProgress } from '#devices';
import { findTarget, parseBoardList, type BoardEntry } from '#targets';
import type { TinyFirmware } from '../bench/tiny-firmware.ts';

/** A board of the bench and its entry in a board list. */
export interface FaultyBoard {
  readonly bench: Bench;
  readonly simulated: SimulatedBoard;
  readonly entry: BoardEntry;
  readonly records: ReturnType<typeof createBoardRecords>;
  flash(
    firmware: TinyFirmware,
    buildHash: string,
    options?: FlashProgress & { silenceMs?: number },
  ): Promise<FlashOutcome>;
}

export function entryOf(board: SimulatedBoard, extra = ''): BoardEntry {
  const [entry] = parseBoardList(
    `boards:
  - name: ${board.name}
    target: stm32f405
    simulated: true
    probe: { interface: remote_bitbang, port: ${board.probePort} }
    openocdFile: target/stm32f4x.cfg
    tty: ${board.ttyPath}
    uid: ${board.uid}
${extra}`,
    'boards.yaml',
  );
  return entry!;
}

export async function faultyBoard(
  name: string,
  time: 'instructions' | 'host' = 'instructions',
): Promise<FaultyBoard> {
  const bench = await createBench({ boards: [{ name, time }] });
  await bench.up();
  const simulated = bench.board(name);
  const entry = entryOf(simulated);
  const records = createBoardRecords();
  return {
    bench,
    simulated,
    entry,
    records,
    flash: (firmware, buildHash, { silenceMs, ...progress } = {}) =>
      flashBoard(
        { spawn: spawnLongRunning, clock: systemClock, silenceMs: silenceMs ?? 7000 },
        records,
        { board: entry, target: findTarget('stm32f405'), elfPath: firmware.elfPath, buildHash },
        progress,
      ),
  };
}

export interface Noticed {
  readonly code: string;
  readonly blame: string;
  readonly message: string;
  readonly afterMs: number;
}

/** How a failure was told, and after how long. */
export async function noticed(work: Promise<unknown>): Promise<Noticed> {
  const from = performance.now();
  try {
    await work;
  } catch (error) {
    if (error instanceof FarmError) {
      const { code, message, traits } = error;
      return { code, blame: traits.blame, message, afterMs: performance.now() - from };
    }
    throw error;
  }
  throw new Error('expected a failure, and there was none');
}
