import { expect, test } from 'vitest';
import { systemClock } from '#core';
import type { TrainingRow } from '../fit/index.ts';
import { syntheticRows } from '../testing/synthetic-rows.ts';
import { inMemoryModels } from './in-memory-models.ts';
import { isReproducible, LatencyModels } from './latency-models.ts';

const key = { target: 'imagined', fidelity: 'emulated' } as const;
const rows = syntheticRows({ seed: 4, count: 30 });

function create(): { models: LatencyModels; repository: ReturnType<typeof inMemoryModels> } {
  const repository = inMemoryModels();
  const models = new LatencyModels({ repository, clock: systemClock, code: '0.0.0-test' });
  return { models, repository };
}

const hardware = (row: TrainingRow, cost = row.cost): TrainingRow => ({ ...row, fidelity: 'hardware', cost });

test('a version that predicts unseen rows better becomes the active one', async () => {
  const { models, repository } = create();
  await models.refit(rows.slice(0, 6));
  const second = await models.refit(rows);
  expect((await repository.active(key))?.version).toBe(2);
  expect(second.decision).toMatch(/^promoted: error 0\.\d+ % against \d\.\d+ % on 24 rows new to both$/);
});

test('a version that predicts unseen rows worse is kept, and not promoted', async () => {
  const { models, repository } = create();
  await models.refit(rows);
  const fresh = syntheticRows({ seed: 5, count: 4 }).map((row) =>
    Object.assign(row, { id: `new-${row.id}` }),
  );
  const worse = await models.refit(fresh);
  expect(worse.decision).toMatch(/^not promoted: /);
  expect((await repository.active(key))?.version).toBe(1);
  expect((await repository.list(key)).map(({ version }) => version)).toEqual([2, 1]);
});

test('a roll-back activates any version by hand, and names one that does not exist', async () => {
  const { models, repository } = create();
  await models.refit(rows.slice(0, 6));
  await models.refit(rows);
  await models.rollback(key, 1);
  expect((await repository.active(key))?.version).toBe(1);
  await expect(models.rollback(key, 9)).rejects.toThrow('emulated model 9 of imagined does not exist');
});

test('a stored version gives its model again from its rows, and does not after one row changed', async () => {
  const { models } = create();
  const stored = JSON.parse(JSON.stringify(await models.refit(rows.slice(0, 8)))) as Parameters<
    typeof isReproducible
  >[0];
  expect(isReproducible(stored)).toBe(true);
  const [first, ...rest] = stored.rows;
  expect(isReproducible({ ...stored, rows: [{ ...first!, cost: first!.cost + 1000 }, ...rest] })).toBe(false);
});

test('a handful of hardware rows on the emulated model gives cycles, and takes over by itself', async () => {
  const { models } = create();
  const emulated = await models.refit(rows);
  expect((await models.best('imagined')).model.unit).toBe('instructions');
  const cycles = rows.slice(0, 4).map((row) => hardware(row, Math.round(1.37 * row.cost)));
  await models.refit(cycles, { prior: emulated });
  const best = await models.best('imagined');
  expect(best.model).toMatchObject({
    unit: 'cycles',
    fidelity: 'hardware',
    prior: 'emulated model of imagined, 30 rows',
  });
  expect(best.report.crossValidation.meanAbsoluteError).toBeLessThan(0.01);
});

test('a target without a model says so', async () => {
  const { models } = create();
  await expect(models.best('nowhere')).rejects.toThrow('there is no latency model of nowhere yet');
});
