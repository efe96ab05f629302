import { expect, test } from 'vitest';
import { nominalModel, PlanEstimator, type Limits } from '../estimate/index.ts';
import { cumulativeSvg } from './cumulative-svg.ts';
import { optimiseSpace, type StageOneResult } from './optimise-space.ts';
import { surveySpace } from './survey.ts';

const grid = { widths: [0.2, 0.5], resolutions: [48, 96], classes: 2, count: 12, seed: 3 };

function stageOne(limits: Limits): Promise<StageOneResult> {
  const { sramBytes } = limits;
  const estimator = new PlanEstimator({
    model: nominalModel('imagined'),
    costSource: 'nominal',
    ...(sramBytes === undefined ? {} : { sramLimitBytes: sramBytes }),
  });
  return optimiseSpace({ ...grid, limits }, (space, options) =>
    Promise.resolve(surveySpace(space, options, estimator)),
  );
}

test('without limits the largest space has the most MACs, with a tight one it has none that satisfy', async () => {
  const free = await stageOne({});
  expect(free.spaces.map(({ width, resolution }) => [width, resolution])).toEqual([
    [0.2, 48],
    [0.2, 96],
    [0.5, 48],
    [0.5, 96],
  ]);
  expect(free.spaces.every(({ macs }) => macs.length === 12)).toBe(true);
  expect(free.chosen).toMatchObject({ width: 0.5, resolution: 96 });

  const tight = await stageOne({ sramBytes: 24_000 });
  const large = tight.spaces.find(({ width, resolution }) => width === 0.5 && resolution === 96)!;
  expect(large).toMatchObject({ macs: [], meanMacs: 0 });
  expect(tight.chosen).toBeDefined();
  expect(tight.chosen).not.toMatchObject({ width: 0.5, resolution: 96 });
});

test('the chosen space has the largest mean of what satisfies', async () => {
  const { spaces, chosen } = await stageOne({ sramBytes: 60_000, cost: 12e6 });
  for (const { macs, meanMacs } of spaces.filter(({ macs }) => macs.length > 0)) {
    expect(meanMacs).toBeCloseTo(macs.reduce((a, b) => a + b) / macs.length);
    expect(macs).toEqual(macs.toSorted((a, b) => a - b));
    expect(chosen!.meanMacs).toBeGreaterThanOrEqual(meanMacs);
  }
});

test('where nothing satisfies, no space is chosen and the picture says so', async () => {
  const result = await stageOne({ flashBytes: 1000 });
  expect(result.chosen).toBeUndefined();
  expect(cumulativeSvg(result, 'none')).toContain('0 of 4 spaces have networks within the limits');
});

test('the picture has a curve for each space that satisfies, and names the chosen one first', async () => {
  const result = await stageOne({ sramBytes: 60_000 });
  const svg = cumulativeSvg(result, 'stage one');
  const satisfied = result.spaces.filter(({ macs }) => macs.length > 0);
  expect(svg.match(/<polyline/g)).toHaveLength(satisfied.length);
  const { width, resolution } = result.chosen!;
  expect(/fill="#c1121f">([^<:]+)/.exec(svg)?.[1]).toBe(`w${width} r${resolution}`);
});
