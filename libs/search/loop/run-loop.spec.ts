import { describe, expect, test } from 'vitest';
import { FarmError, VirtualClock } from '#core';
import { dominates, objectiveVector } from '../pareto/index.ts';
import {
  finalFront,
  measuredMerits,
  runLoop,
  type LoopOptions,
  type LoopState,
  type LoopStep,
  type Outcome,
} from './index.ts';
import { syntheticOptions, SyntheticWorld, type SyntheticOptions } from './testing/synthetic-world.ts';

async function run(
  options: LoopOptions = syntheticOptions,
  world: SyntheticOptions = {},
): Promise<{ state: LoopState; world: SyntheticWorld }> {
  const made = new SyntheticWorld(world);
  return { state: await runLoop(options, made.services()), world: made };
}

function timeless(steps: readonly LoopStep[]): object[] {
  return steps.map((step) => ({ ...step, elapsedMs: 0 }));
}

test('every member of the final front is measured, within the limits, and not dominated by anything measured', async () => {
  const { state, world } = await run();
  expect(state.ended).toBe('measurements');
  expect(world.measuredKeys).toHaveLength(24);
  expect(new Set(world.measuredKeys).size).toBe(24);
  const front = finalFront(state.measured, syntheticOptions.objectives);
  expect(front.length).toBeGreaterThan(2);
  const vector = ({ proposal, outcome }: (typeof front)[number]): readonly number[] =>
    objectiveVector(measuredMerits(proposal, outcome), syntheticOptions.objectives);
  for (const member of front) {
    expect(world.measuredKeys).toContain(member.proposal.key);
    expect(member.outcome.sramBytes).toBeLessThanOrEqual(60_000);
    expect(member.outcome.cost).toBe(world.truthOf(member.proposal.key).cost);
    const better = state.measured.filter(
      (other) => other.feasible && dominates(vector(other), vector(member)),
    );
    expect(better).toEqual([]);
  }
});

test('with 24 of 120 networks measured, the front has nearly the volume of measuring them all', async () => {
  const { state } = await run();
  const all = await run({ ...syntheticOptions, budget: { measurements: 120 }, batchSize: 120 });
  expect(all.state.volumes.at(-1)).toBeGreaterThan(0);
  // The yardsticks are equal, as the first search is the same.
  expect(all.state.yardstick).toEqual(state.yardstick);
  expect(state.volumes.at(-1)! / all.state.volumes.at(-1)!).toBeGreaterThan(0.9);
});

test('a search that was cut off after any of its steps goes on as if it had not been', async () => {
  const { world } = await run();
  const whole = timeless(world.steps);
  for (let cut = 0; cut <= whole.length; cut++) {
    const again = new SyntheticWorld();
    const kept = world.steps.slice(0, cut);
    await runLoop(syntheticOptions, again.services(), kept);
    expect(timeless([...kept, ...again.steps]), `cut after ${cut} steps`).toEqual(whole);
  }
});

test('the order in which measurements come back changes nothing', async () => {
  const proposals = ({ world }: { world: SyntheticWorld }): object[] =>
    timeless(world.steps.filter(({ kind }) => kind !== 'outcome'));
  expect(proposals(await run(syntheticOptions, { reversed: true }))).toEqual(proposals(await run()));
});

test('measurements that come back at the same moment are kept one after the other', async () => {
  const world = new SyntheticWorld();
  const services = world.services();
  const kinds: string[] = [];
  let writing = 0;
  await runLoop(syntheticOptions, {
    ...services,
    measure: async (batch, report) => {
      const outcomes: Outcome[] = [];
      await services.measure(batch, async (outcome) => void outcomes.push(outcome));
      await Promise.all(outcomes.map(report));
    },
    record: async (step) => {
      expect(++writing).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      kinds.push(step.kind);
      writing--;
    },
  });
  expect(kinds).toEqual((await run()).world.steps.map(({ kind }) => kind));
});

test('another seed searches elsewhere', async () => {
  const { world } = await run({ ...syntheticOptions, seed: 6 });
  expect(world.measuredKeys).not.toEqual((await run()).world.measuredKeys);
});

describe('predicted feasible, measured infeasible', () => {
  const sramError = (index: number): number => (index % 2 === 0 ? 0.1 : 0);

  test('is counted, kept out of the front, and learnt from', async () => {
    const { state } = await run(syntheticOptions, { sramError });
    expect(state.falseFeasible.length).toBeGreaterThan(0);
    for (const { key, over } of state.falseFeasible) {
      expect(over).toMatchObject([{ what: 'sram' }]);
      expect(
        finalFront(state.measured, syntheticOptions.objectives).map(({ proposal }) => proposal.key),
      ).not.toContain(key);
    }
    expect(state.margins.sram).toBeCloseTo(0.1, 3);
  });

  test('happens no more once the margin is learnt; what lies in it is measured as an open question only', async () => {
    const { state, world } = await run(syntheticOptions, { sramError });
    const rounds = world.steps.filter((step) => step.kind === 'fitted');
    const later = rounds.find(({ margins }) => margins.sram > 0.09)!.round;
    expect(later).toBeLessThan(rounds.length);
    expect(state.falseFeasible.filter(({ round }) => round > later)).toEqual([]);
    for (const { proposal, feasible, round } of state.measured) {
      if (round > later && !feasible)
        expect(proposal).toMatchObject({ purpose: 'boundary', predictedFeasible: false });
    }
  });

  test('no margin is kept where estimates hold', async () => {
    const { state } = await run();
    expect(state.falseFeasible.filter(({ over }) => over.some(({ what }) => what !== 'cost'))).toEqual([]);
    expect(state.margins).toMatchObject({ sram: 0, flash: 0 });
  });
});

describe('ends', () => {
  test('by minutes, counting earlier sittings', async () => {
    const clock = new VirtualClock();
    const world = new SyntheticWorld({ clock });
    const services = world.services();
    const slow = {
      ...services,
      measure: async (...words: Parameters<typeof services.measure>) => {
        await clock.advance(60_000);
        await services.measure(...words);
      },
    };
    const options = { ...syntheticOptions, budget: { measurements: 100, minutes: 3 } };
    const state = await runLoop(options, slow);
    expect(state).toMatchObject({ ended: 'minutes', round: 3 });
    const later = new SyntheticWorld({ clock: new VirtualClock() });
    const upToTwo = world.steps.slice(
      0,
      world.steps.findIndex((step) => step.kind === 'proposed' && step.round === 3),
    );
    const resumed = await runLoop(
      { ...options, budget: { measurements: 100, minutes: 2 } },
      later.services(),
      upToTwo,
    );
    expect(resumed).toMatchObject({ ended: 'minutes', round: 2 });
  });

  test('when the front no longer moves', async () => {
    const { state } = await run({ ...syntheticOptions, budget: { measurements: 120, patience: 2 } });
    expect(state.ended).toBe('stalled');
    expect(state.volumes.at(-1)! / state.volumes.at(-3)!).toBeLessThan(1.001);
    expect(state.measured.length).toBeLessThan(80);
  });

  test('when so little is expected that the front is precise enough', async () => {
    const { state } = await run({ ...syntheticOptions, budget: { measurements: 120, precision: 0.01 } });
    expect(state.ended).toBe('precision');
    expect(state.measured.length).toBeLessThan(80);
  });

  test('when nothing is left that would add anything', async () => {
    const { state } = await run({ ...syntheticOptions, budget: { measurements: 1000 } });
    expect(state.ended).toBe('nothing-left');
  });

  test('when asked to, after the round, and goes on when resumed', async () => {
    const world = new SyntheticWorld();
    const isStopAsked = (): Promise<boolean> => Promise.resolve(world.measuredKeys.length >= 6);
    expect(await runLoop(syntheticOptions, world.services({ isStopAsked }))).toMatchObject({
      ended: 'asked',
      round: 1,
    });
    const again = new SyntheticWorld();
    expect(await runLoop(syntheticOptions, again.services(), world.steps)).toMatchObject({
      ended: 'measurements',
    });
    const steps = [...world.steps, ...again.steps].filter(({ kind }) => kind !== 'ended');
    const whole = (await run()).world.steps.filter(({ kind }) => kind !== 'ended');
    expect(timeless(steps)).toEqual(timeless(whole));
  });
});

describe('trouble', () => {
  test('a network that cannot be built is passed over and not proposed again', async () => {
    const { world: usual } = await run();
    const failing = new Set(usual.measuredKeys.slice(0, 3));
    const { state, world } = await run(syntheticOptions, { failing });
    expect(state.failed.map(({ key }) => key).toSorted()).toEqual([...failing].toSorted());
    expect(state.measured).toHaveLength(21);
    expect(new Set(world.measuredKeys).size).toBe(24);
  });

  test('what is nobody’s candidate’s fault ends the sitting, and what was measured is kept', async () => {
    const world = new SyntheticWorld();
    const services = world.services();
    const broken = {
      ...services,
      measure: async (...[batch, report]: Parameters<typeof services.measure>) => {
        await services.measure(batch.slice(0, 2), report);
        throw new FarmError('TOOLCHAIN_MISSING', 'no compiler');
      },
    };
    await expect(runLoop(syntheticOptions, broken)).rejects.toMatchObject({ code: 'TOOLCHAIN_MISSING' });
    expect(world.steps.map(({ kind }) => kind)).toEqual(['proposed', 'outcome', 'outcome']);
    const again = new SyntheticWorld();
    await runLoop(syntheticOptions, again.services(), world.steps);
    expect(timeless([...world.steps, ...again.steps])).toEqual(timeless((await run()).world.steps));
  });

  test('an interruption says that the search can be resumed', async () => {
    const world = new SyntheticWorld();
    world.abort.abort();
    await expect(runLoop(syntheticOptions, world.services())).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  test('limits that nothing is within are refused with what the least need', async () => {
    const world = new SyntheticWorld();
    const least = Math.min(...world.truths.map(({ candidate }) => candidate.estimate.sramBytes));
    const options = { ...syntheticOptions, limits: { sramBytes: 1024, flashBytes: 1_000_000 } };
    const message =
      /^no network of the space is within the limits; the least that any of \d+ needs: (\d+) bytes of SRAM of 1024, 100000 bytes of flash of 1000000$/;
    const error = await runLoop(options, world.services()).catch((thrown: unknown) => thrown as FarmError);
    expect(error).toMatchObject({
      code: 'IMAGE_TOO_LARGE',
      message: expect.stringMatching(message) as string,
    });
    expect(Number(message.exec((error as FarmError).message)![1])).toBeGreaterThanOrEqual(least);
    expect(world.steps).toEqual([]);
  });
});
