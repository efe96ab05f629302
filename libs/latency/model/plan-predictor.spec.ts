import { expect, test } from 'vitest';
import { planCodeByHand, possibleSplits } from '#codegen';
import { genotypeToGraph, seededRandom } from '#network';
import { randomTinyNas } from '../testing/random-tiny-nas.ts';
import { syntheticRows } from '../testing/synthetic-rows.ts';
import { fitModel } from './fit-model.ts';
import { PlanPredictor } from './plan-predictor.ts';

const { model } = fitModel(syntheticRows({ seed: 31, count: 12 }));
const graphOf = (resolution: number) =>
  genotypeToGraph(randomTinyNas(seededRandom(4), { width: 0.4, resolution }));

test('a network is predicted as a whole and under a plan, in the unit of the model', () => {
  const predictor = new PlanPredictor(model);
  const graph = graphOf(96);
  const splitOp = possibleSplits(graph).find((op) => op > 3)!;
  const whole = predictor.predict(graph);
  const patched = predictor.predict(graph, planCodeByHand(graph, { patches: { splitOp, rows: 2, cols: 2 } }));
  expect(whole).toMatchObject({ unit: 'instructions', isOutOfRange: false });
  expect(whole.low).toBeLessThan(whole.cost);
  expect(whole.high).toBeGreaterThan(whole.cost);
  expect(patched.cost).toBeGreaterThan(whole.cost);
});

test('a network far larger than the rows is out of range', () => {
  expect(new PlanPredictor(model).predict(graphOf(320)).isOutOfRange).toBe(true);
});
