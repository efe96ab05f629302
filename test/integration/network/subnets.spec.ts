import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { genotypeToGraph, graphMacs, readGenotype } from '#network';
import { dataFolder } from '../../support/shared-data.ts';

const folder = join(dataFolder, 'subnets');

it.for([
  ['mcunet-10fps_imagenet', 6.4],
  ['mcunet-5fps_imagenet', 12.8],
  ['mcunet-320kb-1mb_imagenet', 81.8],
  ['mbv2-w0.35-r144_imagenet', 23.5],
] as const)('%s has the %f million MACs that its authors list', async ([name, millions], { skip }) => {
  const path = join(folder, `${name}.json`);
  if (!existsSync(path)) {
    skip(`no subnet at ${path}`);
  }
  const graph = genotypeToGraph(await readGenotype(path));
  expect(Math.round(graphMacs(graph) / 1e5) / 10).toBe(millions);
});
