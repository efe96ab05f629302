import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SimulatedBoard } from '#bench';
import { measuredBench, type MeasuredBench, type Outcome } from './faulty-measurement.ts';

let measured: MeasuredBench;
let board: SimulatedBoard;
let neighbour: SimulatedBoard;
/** What the sentinel costs on a healthy board: every accepted number has to be this one. */
let instructions: number;

beforeAll(async () => {
  measured = await measuredBench(['north', 'south']);
  board = measured.bench.board('north');
  neighbour = measured.bench.board('south');
  const { measurement, message } = await measured.measure(board);
  if (measurement?.status !== 'accepted') {
    throw new Error(`the healthy board failed: ${message ?? measurement?.reason}`);
  }
  instructions = measurement.instructions!;
});

afterAll(() => measured.bench.down());

async function expectRecovered(on = board): Promise<void> {
  on.faults.clear();
  const { measurement, message } = await measured.measure(on);
  expect(message).toBeUndefined();
  expect(measurement).toMatchObject({ status: 'accepted', instructions });
}

/** The cause given and whose fault it is, soon enough. */
function expectNoticed(outcome: Outcome, code: string, blame: string): void {
  expect(outcome.measurement?.status).toBeUndefined();
  expect(outcome).toMatchObject({ code, blame });
  expect(outcome.noticedMs).toBeLessThan(10_000);
}

describe('a measurement under a fault', () => {
  it('core hangs: the firmware is hung, and shows where', async () => {
    const outcome = await measured.measure(board, { at: 'input', fault: (each) => each.hang() });
    expectNoticed(outcome, 'FIRMWARE_HUNG', 'candidate');
    expect(outcome.message).toMatch(/ pc=0x0800[0-9a-f]{4} \(\w+\)/);
    await expectRecovered();
  });

  it('core hangs after the first inference: noticed by what that one took', async () => {
    const outcome = await measured.measure(board, { at: 'inference 2 of 6', fault: (each) => each.hang() });
    expectNoticed(outcome, 'FIRMWARE_HUNG', 'candidate');
    await expectRecovered();
  });

  it('core goes astray: the firmware faults', async () => {
    const outcome = await measured.measure(board, { at: 'input', fault: (each) => each.crash() });
    expectNoticed(outcome, 'FIRMWARE_FAULT', 'candidate');
    await expectRecovered();
  });

  it('supply dips: the firmware restarts', async () => {
    const outcome = await measured.measure(board, { at: 'input', fault: (each) => each.brownOut() });
    expectNoticed(outcome, 'FIRMWARE_REBOOTED', 'board');
    await expectRecovered();
  });

  it('bytes dropped', async () => {
    const fault = (each: SimulatedBoard): void =>
      each.faults.set({ line: { dropRate: 0.02, flipRate: 0, baudMismatch: false } });
    const outcome = await measured.measure(board, { at: 'input', fault });
    expectNoticed(outcome, 'PROTOCOL_GARBAGE', 'board');
    await expectRecovered();
  });

  it('bytes flipped', async () => {
    const fault = (each: SimulatedBoard): void =>
      each.faults.set({ line: { dropRate: 0, flipRate: 0.02, baudMismatch: false } });
    const outcome = await measured.measure(board, { at: 'input', fault });
    expectNoticed(outcome, 'PROTOCOL_GARBAGE', 'board');
    await expectRecovered();
  });

  it('garbage floods the line', async () => {
    const outcome = await measured.measure(board, { at: 'input', fault: (each) => each.flood(3000) });
    expectNoticed(outcome, 'PROTOCOL_GARBAGE', 'board');
    await expectRecovered();
  });

  it('baud rates differ', async () => {
    const fault = (each: SimulatedBoard): void =>
      each.faults.set({ line: { dropRate: 0, flipRate: 0, baudMismatch: true } });
    const outcome = await measured.measure(board, { at: 'reset', fault });
    expectNoticed(outcome, 'PROTOCOL_GARBAGE', 'board');
    expect(outcome.message).toContain('as at another baud rate');
    await expectRecovered();
  });

  it('baud rates come to differ while it runs', async () => {
    const fault = (each: SimulatedBoard): void =>
      each.faults.set({ line: { dropRate: 0, flipRate: 0, baudMismatch: true } });
    expectNoticed(await measured.measure(board, { at: 'input', fault }), 'PROTOCOL_GARBAGE', 'board');
    await expectRecovered();
  });

  it('nothing arrives: the line is dead', async () => {
    const fault = (each: SimulatedBoard): void =>
      each.faults.set({ line: { dropRate: 1, flipRate: 0, baudMismatch: false } });
    expectNoticed(await measured.measure(board, { at: 'reset', fault }), 'FIRMWARE_SILENT', 'board');
    await expectRecovered();
  });

  it('serial port vanishes', async () => {
    const outcome = await measured.measure(board, { at: 'input', fault: (each) => each.tty.vanish() });
    expectNoticed(outcome, 'SERIAL_CLOSED', 'board');
    await board.tty.appear();
    await expectRecovered();
  });

  it('serial port comes back under another number', async () => {
    const outcome = await measured.measure(board, { at: 'input', fault: (each) => each.tty.renumber() });
    expectNoticed(outcome, 'SERIAL_CLOSED', 'board');
    await expectRecovered();
  });

  it('stale image survives', async () => {
    await measured.runOther(board);
    const fault = (each: SimulatedBoard): void => each.faults.set({ staleImage: true });
    expectNoticed(await measured.measure(board, { fault }), 'BUILD_HASH_MISMATCH', 'board');
    await expectRecovered();
  });

  it("unique id is the neighbour's under the probe: nothing is flashed", async () => {
    const erasures = [...board.erasures];
    const outcome = await measured.measure(board, {
      fault: (each) => each.faults.set({ uid: neighbour.uid }),
    });
    expectNoticed(outcome, 'CHIP_UID_MISMATCH', 'board');
    expect(outcome.message).toContain(`answers with the unique id ${neighbour.uid}`);
    expect(board.erasures).toEqual(erasures);
    await expectRecovered();
  });

  it("unique id is the neighbour's on the line: serial cables are swapped", async () => {
    const outcome = await measured.measure(board, {
      at: 'reset',
      fault: (each) => each.faults.set({ uid: neighbour.uid }),
    });
    expectNoticed(outcome, 'BOARD_UID_MISMATCH', 'board');
    expect(outcome.message).toContain(neighbour.uid);
    await expectRecovered();
  });
});
