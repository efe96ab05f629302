// Random TinyNAS networks measured in QEMU, kept until a kernel, the generator or the compiler changes.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { generateCode } from '#codegen';
import { seededBytes, systemClock } from '#core';
import { createQemuDevice } from '#devices';
import { layersOfGraph, rowOfMeasurement } from '#latency';
import { measureOn } from '#measurement';
import { genotypeToGraph, runNetwork, seededNetwork, seededRandom } from '#network';
import { findTarget } from '#targets';
import { createToolchain } from '#toolchain';

import { randomTinyNas } from '../../../dist/libs/latency/testing/random-tiny-nas.js';

const widths = [0.3, 0.35, 0.4, 0.45, 0.5];
const resolutions = [64, 80, 96, 112, 128, 144];
const spaces = widths.flatMap((width) => resolutions.map((resolution) => ({ width, resolution })));
const folder = join(tmpdir(), 'tinyfarm-bench-latency');

/** `count` networks, space after space, of one target. */
export async function measuredRows(targetName, count, seed) {
  const target = findTarget(targetName);
  const random = seededRandom(seed);
  const genotypes = Array.from({ length: count }, (_, i) => {
    const space = spaces[i % spaces.length];
    return { space: `${space.width}/${space.resolution}`, genotype: randomTinyNas(random, space) };
  });
  const toolchain = createToolchain({ cacheDir: join(folder, 'images') });
  const device = createQemuDevice({ target, clock: systemClock });
  const measure = async ({ space, genotype }) => {
    const graph = genotypeToGraph(genotype);
    const network = seededNetwork(graph, genotype.seed);
    const code = generateCode(network);
    const image = await toolchain.build(code, target);
    return { space, graph, network, code, image };
  };
  const first = await measure(genotypes[0]);
  const file = join(folder, `${targetName}-${first.image.buildHash}-${count}-${seed}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const rows = [];
  for (const [i, wanted] of genotypes.entries()) {
    const { space, graph, network, code, image } = i === 0 ? first : await measure(wanted);
    const { measurement } = await measureOn(device, image, {
      candidate: { name: graph.name, hash: image.buildHash },
      input: { seed: 0 },
      expected: runNetwork(network, seededBytes(code.inputBytes, 0)).outputs[0],
      repeats: 1,
      warmup: 0,
      clock: systemClock,
    });
    if (measurement.status !== 'accepted') throw new Error(`${graph.name}: ${measurement.reason}`);
    const row = rowOfMeasurement(measurement, layersOfGraph(graph), { space });
    rows.push({ ...row, id: `${targetName}-${String(i).padStart(4, '0')}` });
    if (process.stderr.isTTY) process.stderr.write(`\r${targetName}: ${i + 1} of ${count} networks measured`);
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, JSON.stringify(rows));
  return rows;
}
