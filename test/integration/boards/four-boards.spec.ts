import { afterAll, beforeAll, expect, it } from 'vitest';
import { measuredBench, type MeasuredBench } from './faulty-measurement.ts';

const names = ['north', 'east', 'south', 'west'];
let measured: MeasuredBench;

beforeAll(async () => {
  measured = await measuredBench(names);
});

afterAll(() => measured.bench.down());

it('four boards measure at once, and no line is lost, damaged or of another', async () => {
  const outcomes = await Promise.all(names.map((name) => measured.measure(measured.bench.board(name))));
  for (const [i, { measurement, message }] of outcomes.entries()) {
    expect(message).toBeUndefined();
    expect(measurement).toMatchObject({
      status: 'accepted',
      board: names[i],
      instructions: outcomes[0]!.measurement!.instructions,
      provenance: { chip: { uid: measured.bench.board(names[i]!).uid } },
    });
    // A damaged answer would have been asked for again, a lost line has its number.
    expect(measurement!.provenance['askedAgain']).toBeUndefined();
  }
});
