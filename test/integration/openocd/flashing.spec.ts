import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tinyFirmware, type TinyFirmware } from '../bench/tiny-firmware.ts';
import { faultyBoard, type FaultyBoard } from './faulty-board.ts';

let board: FaultyBoard;
let small: TinyFirmware;
let large: TinyFirmware;

beforeAll(async () => {
  [board, small, large] = await Promise.all([
    faultyBoard('one'),
    tinyFirmware('small'),
    tinyFirmware('large', 40_000),
  ]);
});

afterAll(async () => {
  await board.bench.down();
  await Promise.all([small.remove(), large.remove()]);
});

describe('flashing with OpenOCD', () => {
  it('erases only the sectors that the image uses, and tells each stage', async () => {
    const stages: string[] = [];
    const progress: number[] = [];
    const outcome = await board.flash(large, 'large', {
      onStage: (stage) => stages.push(stage),
      onBytes: (done) => progress.push(done),
    });
    expect(stages).toEqual(['connect', 'halt', 'erase', 'write', 'verify']);
    expect(outcome).toMatchObject({ isSkipped: false, erasedSectors: [0, 1, 2] });
    expect(progress).toEqual([32_768, outcome.sizeBytes]);
    expect(board.simulated.erasures.slice(0, 5)).toEqual([1, 1, 1, 0, 0]);
    expect(Buffer.from(board.simulated.flash.subarray(0, large.bytes.length))).toEqual(large.bytes);
  });

  it('compares first, and writes nothing where the board holds the build already', async () => {
    expect(await board.flash(large, 'large')).toMatchObject({ isSkipped: true, erasedSectors: [] });
    expect(board.simulated.erasures[0]).toBe(1);
  });

  it('writes only the sectors that differ, and verifies them', async () => {
    const erasures = [...board.simulated.erasures];
    const stages: string[] = [];
    // The last byte of the image lies in the third sector.
    board.simulated.flash[large.bytes.length - 1]! ^= 0xff;
    const outcome = await board.flash(large, 'large', { onStage: (stage) => stages.push(stage) });
    expect(stages).toEqual(['connect', 'halt', 'compare', 'erase', 'write', 'verify']);
    expect(outcome).toMatchObject({ isSkipped: false, erasedSectors: [2] });
    expect(board.simulated.erasures.map((count, i) => count - erasures[i]!).slice(0, 4)).toEqual([
      0, 0, 1, 0,
    ]);
    expect(Buffer.from(board.simulated.flash.subarray(0, large.bytes.length))).toEqual(large.bytes);
  });

  it('writes again where the board is believed to hold the build and does not', async () => {
    board.simulated.flash[1000]! ^= 0x10;
    expect(await board.flash(large, 'large')).toMatchObject({ isSkipped: false });
    expect(board.simulated.flash[1000]).toBe(large.bytes[1000]);
  });

  it('counts the wear of each sector', async () => {
    const before = board.records.erasures('one').get(0)!;
    await board.flash(small, 'small');
    expect(board.records.erasures('one').get(0)).toBe(before + 1);
    expect(board.records.erasures('one').get(0)).toBe(board.simulated.erasures[0]);
  });
});
