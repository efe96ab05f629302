import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FarmError } from '#core';
import type { BoardEntry, Target } from '#targets';
import type { BoardRecords } from './board-records.ts';
import { flashImage } from './flash-image.ts';
import { runOpenocd, type OpenocdRun, type OpenocdTools } from './run-openocd.ts';
import { flashScript, type FlashChunk } from './scripts.ts';

/**
 * A chunk takes about 1.5 s on a slow probe: well within the time that OpenOCD may be silent. A power of two, as the
 * sizes of sectors are.
 */
const chunkBytes = 32 * 1024;

export interface FlashRequest {
  readonly board: BoardEntry;
  readonly target: Target;
  readonly elfPath: string;
  readonly buildHash: string;
}

export interface FlashProgress {
  /** `connect`, `halt`, `compare`, `erase`, `write`, `verify`. */
  readonly onStage?: (stage: string) => void;
  readonly onBytes?: (doneBytes: number, allBytes: number) => void;
}

export interface FlashOutcome {
  /** The board held the image already: it was compared, and nothing was written. */
  readonly isSkipped: boolean;
  readonly erasedSectors: readonly number[];
  readonly sizeBytes: number;
  readonly durationMs: number;
}

/**
 * Brings an image into a board's flash and leaves the core halted before its first instruction. Only sectors that the
 * image uses are erased, and of a board whose content is known only those whose checksums differ. Errors: IMAGE_MISPLACED, CHIP_UID_MISMATCH, and those of `runOpenocd`.
 */
export async function flashBoard(
  tools: OpenocdTools,
  records: BoardRecords,
  request: FlashRequest,
  run: OpenocdRun & FlashProgress = {},
): Promise<FlashOutcome> {
  const { board, target, buildHash } = request;
  const { offsetBytes, bytes } = flashImage(await readFile(request.elfPath), target.flash);
  const dir = await mkdtemp(path.join(tmpdir(), 'tinyfarm-flash-'));
  const erasedSectors: number[] = [];
  let isSkipped = false;
  let writtenBytes = 0;
  try {
    const chunks = await writeChunks(dir, bytes, offsetBytes);
    const script = flashScript({
      flash: target.flash,
      chunks,
      isComparedFirst: records.heldImage(board.name) !== undefined,
      uidAddress: target.uidAddressBytes,
      uid: board.uid,
    });
    const { durationMs } = await runOpenocd(tools, board, script, {
      ...run,
      onMark(text) {
        const [what = '', value = ''] = text.split(' ');
        switch (what) {
          case 'stage':
            run.onStage?.(value);
            break;
          case 'holds':
            isSkipped = true;
            break;
          case 'erased':
            records.holds(board.name, undefined);
            records.erased(board.name, Number(value));
            erasedSectors.push(Number(value));
            break;
          case 'wrote':
            writtenBytes += chunks.find((chunk) => chunk.offsetBytes === Number(value))?.sizeBytes ?? 0;
            run.onBytes?.(writtenBytes, bytes.length);
            break;
          default:
        }
        run.onMark?.(text);
      },
    });
    records.holds(board.name, buildHash);
    return { isSkipped, erasedSectors, sizeBytes: bytes.length, durationMs };
  } catch (error) {
    records.holds(board.name, undefined);
    throw namedUid(error, board);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Aligned to their size from the start of flash. */
async function writeChunks(dir: string, bytes: Buffer, offsetBytes: number): Promise<FlashChunk[]> {
  const chunks: FlashChunk[] = [];
  const endBytes = offsetBytes + bytes.length;
  for (let from = offsetBytes; from < endBytes;) {
    const to = Math.min((Math.floor(from / chunkBytes) + 1) * chunkBytes, endBytes);
    const file = path.join(dir, `chunk-${from}.bin`);
    await writeFile(file, bytes.subarray(from - offsetBytes, to - offsetBytes));
    chunks.push({ file, offsetBytes: from, sizeBytes: to - from });
    from = to;
  }
  return chunks;
}

/** Says whose id was met: crossed cables are found by that. */
function namedUid(error: unknown, board: BoardEntry): unknown {
  if (!(error instanceof FarmError) || error.code !== 'CHIP_UID_MISMATCH') {
    return error;
  }
  const met = /uid is (?<uid>[0-9a-f]+)/.exec(error.message)?.groups?.['uid'] ?? 'unknown';
  const message = `board ${board.name} answers with the unique id ${met}, expected ${board.uid}`;
  return new FarmError('CHIP_UID_MISMATCH', message, {
    context: { ...error.context, uid: met },
    cause: error,
  });
}
