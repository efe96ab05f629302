// The frozen table of the replay benchmark: networks of one search space, each measured once on an emulated Cortex-M4.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { seededRandom } from '#network';
import { blockWidthsV2, genotypeKey, sample, tinyNasSpace, toGenotype } from '#search';

import { readConfig } from '../../../dist/apps/config.js';

export const tableTarget = 'mps2-an386';
export const tableSize = 2000;

export const tableSpace = tinyNasSpace({
  width: 0.4,
  resolutions: [48, 64, 80, 96],
  classes: 10,
  blockWidths: blockWidthsV2,
});

/** Rows of the whole table, as `measure-table.mjs` appends them: one JSON document a line. */
export const cachedTable = join(
  readConfig().cacheFolder,
  'replay',
  `${tableTarget}-${tableSpace.name}.jsonl`,
);
/** A part of it, kept with the project, so that the bench runs without hours of emulation. */
export const committedTable = fileURLToPath(new URL('table-small.jsonl', import.meta.url));

/** The architectures of the table, in its order; all different. */
export function tableArchitectures(count = tableSize) {
  const random = seededRandom(20);
  const found = new Map();
  while (found.size < count) {
    const architecture = sample(tableSpace, random);
    const key = genotypeKey(toGenotype(tableSpace, architecture));
    if (!found.has(key)) found.set(key, architecture);
  }
  return [...found.values()];
}

/** Measured rows by their place in the table. A last line that was cut off is no row. */
export function readTable(file) {
  const rows = new Map();
  if (!existsSync(file)) return rows;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    try {
      const row = JSON.parse(line);
      rows.set(row.index, { ...row, architecture: decode(row.architecture) });
    } catch {
      continue;
    }
  }
  return rows;
}

/** An architecture on one line: `96 k3e4c16.k5e6c16/k7e3c24…`. */
export function encode({ resolution, stages }) {
  const blockOf = ({ kernel, expansion, channels }) => `k${kernel}e${expansion}c${channels}`;
  return `${resolution} ${stages.map((blocks) => blocks.map(blockOf).join('.')).join('/')}`;
}

function decode(text) {
  const [resolution, stages] = text.split(' ');
  const blockOf = (block) => {
    const [kernel, expansion, channels] = block.match(/\d+/g).map(Number);
    return { kernel, expansion, channels };
  };
  return {
    resolution: Number(resolution),
    stages: stages.split('/').map((blocks) => blocks.split('.').map(blockOf)),
  };
}

/** The rows of the larger one of both tables, in their order. */
export function bestTable() {
  const [cached, committed] = [readTable(cachedTable), readTable(committedTable)];
  const table = cached.size > committed.size ? cached : committed;
  return [...table.values()].toSorted((a, b) => a.index - b.index);
}
