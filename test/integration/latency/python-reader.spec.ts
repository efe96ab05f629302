import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportLayers, exportModel, fitModel, layersOfGraph, Predictor } from '#latency';
import { genotypeToGraph, randomGenotype, seededRandom } from '#network';
import { syntheticRows } from '../../../libs/latency/testing/synthetic-rows.ts';

const reader = join(import.meta.dirname, '../../../examples/python-model-reader/predict.py');
const rows = syntheticRows({ seed: 12, count: 8, layers: true });
const { model } = fitModel(rows);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tinyfarm-reader-'));
  await writeFile(join(folder, 'model.json'), JSON.stringify(exportModel(model)));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('the Python reader predicts what tinyfarm predicts, for odd sizes too', async () => {
  const random = seededRandom(5);
  const odd = Array.from({ length: 12 }, () => layersOfGraph(genotypeToGraph(randomGenotype(random))));
  const predictor = new Predictor(model);
  const known = [...rows.map(({ network }) => network), ...odd].filter((one) => !predictor.meetsUnknown(one));
  expect(known.length).toBeGreaterThan(12);
  for (const [index, network] of known.entries()) {
    const layers = join(folder, `layers-${index}.json`);
    await writeFile(layers, JSON.stringify(exportLayers(network)));
    const { stdout } = await execa('python3', [reader, join(folder, 'model.json'), layers]);
    const [cost, unit] = stdout.split(' ');
    expect(Number(cost)).toBeCloseTo(predictor.costOf(network), 3);
    expect(unit).toBe('instructions');
  }
});
