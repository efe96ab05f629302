// From a network to an accepted measurement: how long it takes warm, and what the generated code costs. Needs dist/.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { generateCode } from '#codegen';
import { seededBytes, systemClock } from '#core';
import { createQemuDevice } from '#devices';
import { measureOn } from '#measurement';
import { readCandidate, runNetwork } from '#network';
import { findTarget } from '#targets';
import { createToolchain } from '#toolchain';

const runs = 5;
const folder = mkdtempSync(join(tmpdir(), 'tinyfarm-bench-'));
const toolchain = createToolchain({ cacheDir: join(folder, 'cache') });
const genotype = JSON.parse(readFileSync('examples/vww.json', 'utf8'));

/** The same architecture with other weights: nothing of it is in the cache but the kernels' archive. */
function variant(seed) {
  const path = join(folder, `vww-${seed}.json`);
  writeFileSync(path, JSON.stringify({ ...genotype, seed }));
  return path;
}

async function measure(path, target) {
  const marks = [performance.now()];
  const { name, hash, network } = await readCandidate(path);
  const code = generateCode(network);
  marks.push(performance.now());
  const image = await toolchain.build(code, target);
  marks.push(performance.now());
  const { measurement } = await measureOn(createQemuDevice({ target, clock: systemClock }), image, {
    candidate: { name, hash },
    input: { seed: 0 },
    expected: runNetwork(network, seededBytes(code.inputBytes, 0)).outputs[0],
    clock: systemClock,
  });
  marks.push(performance.now());
  if (measurement.status !== 'accepted') throw new Error(measurement.reason);
  const [generated, built, measured] = marks.slice(1).map((mark, i) => mark - marks[i]);
  return { measurement, generated, built, measured, total: marks[3] - marks[0] };
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const seconds = (values) =>
  `${(median(values) / 1000).toFixed(2)} s (${(Math.min(...values) / 1000).toFixed(2)}–${(Math.max(...values) / 1000).toFixed(2)})`;

function row(what, figure, goal) {
  console.log(`| ${what} | ${figure} | ${goal} |`);
}

try {
  console.log('| what (median of 5, least–most) | figure | goal |');
  console.log('| --- | --- | --- |');
  for (const name of ['mps2-an386', 'mps2-an500']) {
    const target = findTarget(name);
    await toolchain.prepare(target);
    await measure(variant(0), target);
    const found = [];
    for (let seed = 1; seed <= runs; seed++) found.push(await measure(variant(seed), target));
    row(
      `${name}: network to accepted measurement, in one process`,
      seconds(found.map((f) => f.total)),
      '2 s',
    );
    row(`${name}: of which generating`, seconds(found.map((f) => f.generated)), '');
    row(`${name}: of which compiling and linking`, seconds(found.map((f) => f.built)), '0.7 s');
    row(`${name}: of which booting and measuring`, seconds(found.map((f) => f.measured)), '');

    const { measurement } = await measure('examples/vww.json', target);
    const wide = measurement.layers.filter(
      ({ kind, macs, instructions }) => kind === 'pointwise' && macs > 0 && instructions,
    );
    const perMac = measurement.instructions / measurement.macs;
    row(`${name}: vww, instructions per MAC (${measurement.instructions} in all)`, perMac.toFixed(3), '2.6');
    row(
      `${name}: vww, pointwise layers, worst per MAC`,
      Math.max(...wide.map((l) => l.instructions / l.macs)).toFixed(2),
      '',
    );
    row(`${name}: vww, planned arena`, `${measurement.sram.planned.arenaBytes} B`, '93992 B');
  }

  const environment = { ...process.env, TINYFARM_HOME: join(folder, 'home') };
  const cli = (path) => {
    const words = ['bin/tinyfarm.js', 'measure', path, '--target', 'mps2-an500', '--json'];
    const started = performance.now();
    const { status, stderr } = spawnSync(process.execPath, words, { env: environment, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return performance.now() - started;
  };
  cli(variant(100));
  const whole = Array.from({ length: runs }, (_, i) => cli(variant(101 + i)));
  row('mps2-an500: the whole command `tinyfarm measure`, kernels compiled before', seconds(whole), '2 s');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
