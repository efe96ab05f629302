// Measures the table of the replay benchmark: `node scripts/bench/replay/measure-table.mjs [COUNT]`. It goes on where it was
// stopped. Needs dist/.
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';

import { generateCode } from '#codegen';
import { seededBytes, systemClock } from '#core';
import { createQemuDevice } from '#devices';
import { measureOn } from '#measurement';
import { genotypeToGraph, runNetwork, seededNetwork } from '#network';
import { toGenotype } from '#search';
import { findTarget } from '#targets';
import { createToolchain } from '#toolchain';

import {
  cachedTable,
  encode,
  readTable,
  tableArchitectures,
  tableSize,
  tableSpace,
  tableTarget,
} from './table.mjs';

const count = Number(process.argv[2] ?? tableSize);
const target = findTarget(tableTarget);
const toolchain = createToolchain({ cacheDir: join(dirname(cachedTable), 'images') });
const device = createQemuDevice({ target, clock: systemClock });

mkdirSync(dirname(cachedTable), { recursive: true });
endLastLine(cachedTable);
const known = readTable(cachedTable);
const open = tableArchitectures()
  .map((architecture, index) => ({ architecture, index }))
  .slice(0, count)
  .filter(({ index }) => !known.has(index));
const startedMs = Date.now();
let done = 0;

async function work() {
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const row = await measure(next);
    appendFileSync(cachedTable, `${JSON.stringify(row)}\n`);
    done++;
    const secondsLeft = Math.round(((Date.now() - startedMs) / 1000 / done) * open.length);
    const progress = `replay table: ${count - open.length} of ${count} measured, ${secondsLeft} s left`;
    if (process.stderr.isTTY) process.stderr.write(`\r${progress} `);
    else if (done % 25 === 0) console.error(progress);
  }
}

async function measure({ architecture, index }) {
  const genotype = toGenotype(tableSpace, architecture);
  const network = seededNetwork(genotypeToGraph(genotype), genotype.seed);
  const code = generateCode(network);
  const image = await toolchain.build(code, target);
  const { measurement } = await measureOn(device, image, {
    candidate: { name: genotype.name, hash: image.buildHash },
    input: { seed: 0 },
    expected: runNetwork(network, seededBytes(code.inputBytes, 0)).outputs[0],
    repeats: 1,
    warmup: 0,
    clock: systemClock,
  });
  // Two thousand images would fill the disk.
  await rm(dirname(image.elfPath), { recursive: true, force: true });
  if (measurement.status !== 'accepted') throw new Error(`${genotype.name}: ${measurement.reason}`);
  return {
    index,
    architecture: encode(architecture),
    buildHash: image.buildHash,
    macs: measurement.macs,
    plannedSramBytes: measurement.sram.planned.peakBytes,
    sramBytes: measurement.sram.measured.peakBytes,
    flashBytes: measurement.flash.totalBytes,
    cost: measurement.instructions,
    layerCosts: measurement.layers.map(({ instructions }) => instructions),
  };
}

/** A line that was cut off by a kill must not run into the next. */
function endLastLine(file) {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (text !== '' && !text.endsWith('\n')) writeFileSync(file, text.slice(0, text.lastIndexOf('\n') + 1));
}

await Promise.all(Array.from({ length: availableParallelism() }, work));
console.error(`replay table: ${readTable(cachedTable).size} networks in ${cachedTable}`);
