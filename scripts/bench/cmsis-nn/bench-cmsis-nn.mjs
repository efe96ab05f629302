// Our kernels beside CMSIS-NN called directly, in one run: instructions and RAM of whole networks, and by kind of
// layer. `npm run bench -- cmsis-nn --cmsis CHECKOUT [--target NAME …] [NETWORK …]`. Needs the build (dist/).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { generateCode } from '#codegen';
import { seededBytes, silentLogger, systemClock } from '#core';
import { createQemuDevice } from '#devices';
import { measureOn } from '#measurement';
import { readCandidate, runNetwork } from '#network';
import { findTarget } from '#targets';
import { createToolchain } from '#toolchain';

import { cmsisCode } from './cmsis-code.mjs';
import { cmsisSources, isCmsis } from './cmsis-sources.mjs';

/** Of CMSIS-NN's instructions, at most. */
const goal = 0.7;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { cmsis: { type: 'string' }, target: { type: 'string', multiple: true } },
});
if (values.cmsis === undefined || !isCmsis(values.cmsis)) {
  const what = values.cmsis === undefined ? '--cmsis is missing' : `--cmsis ${values.cmsis} is none`;
  console.error(`bench: ${what}, expected a checkout of CMSIS-NN (github.com/ARM-software/CMSIS-NN)`);
  process.exit(2);
}
const sources = cmsisSources(values.cmsis);
const targets = (values.target ?? ['mps2-an500']).map((name) => findTarget(name));
const networks = positionals.length > 0 ? positionals : ['examples/vww.json'];
const cacheDir = mkdtempSync(join(tmpdir(), 'tinyfarm-bench-'));
const toolchain = createToolchain({ cacheDir });

async function measure(code, target, name, expected) {
  const image = await toolchain.build(code, target);
  const device = createQemuDevice({ target, clock: systemClock, logger: silentLogger });
  const { measurement } = await measureOn(device, image, {
    candidate: { name, hash: '' },
    input: { seed: 0 },
    expected,
    repeats: 1,
    warmup: 0,
    timeoutMs: 240_000,
    clock: systemClock,
    logger: silentLogger,
  });
  if (measurement.status !== 'accepted') throw new Error(`${name} on ${target.name}: ${measurement.reason}`);
  return measurement;
}

const sum = (values_) => values_.reduce((total, value) => total + value, 0);
const count = (value) => value.toLocaleString('en-US');
const perMac = (instructions, macs) => (macs === 0 ? 'n/a' : (instructions / macs).toFixed(2));

function printKinds(ours, theirs) {
  console.log('| kind of layer | layers | MACs | CMSIS-NN | per MAC | ours | per MAC | ratio |');
  console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
  for (const kind of new Set(ours.layers.map((layer) => layer.kind))) {
    const of = (measurement) => measurement.layers.filter((layer) => layer.kind === kind);
    const [a, b] = [theirs, ours].map((measurement) => sum(of(measurement).map((l) => l.instructions)));
    const macs = sum(of(ours).map((layer) => layer.macs));
    if (b === 0) continue;
    console.log(
      `| ${kind} | ${of(ours).length} | ${count(macs)} | ${count(a)} | ${perMac(a, macs)} | ${count(b)} | ${perMac(b, macs)} | ${(b / a).toFixed(3)} |`,
    );
  }
}

const summary = [];
try {
  for (const path of networks) {
    const { name, network } = await readCandidate(path);
    const [ourCode, theirCode] = [generateCode(network), cmsisCode(network, sources)];
    const expected = Int8Array.from(
      runNetwork(network, seededBytes(ourCode.inputBytes, 0)).outputs.flatMap((output) => [...output]),
    );
    for (const target of targets) {
      const theirs = await measure(theirCode, target, `${name} (CMSIS-NN)`, expected);
      const ours = await measure(ourCode, target, name, expected);
      const ratio = ours.instructions / theirs.instructions;
      summary.push({
        name,
        target,
        ours,
        theirs,
        ratio,
        ourRam: ourCode.plan.arenaBytes,
        theirRam: theirCode.plan.arenaBytes,
      });
      console.log(`\n### ${name} on ${target.name}: ${ratio.toFixed(3)} of CMSIS-NN\n`);
      printKinds(ours, theirs);
    }
  }
  console.log(
    `\n| network | target | CMSIS-NN | ours | ratio, goal ${goal} | arena, CMSIS-NN | arena, ours |`,
  );
  console.log('| --- | --- | ---: | ---: | ---: | ---: | ---: |');
  for (const { name, target, ours, theirs, ratio, ourRam, theirRam } of summary) {
    console.log(
      `| ${name} | ${target.name} | ${count(theirs.instructions)} | ${count(ours.instructions)} | ${ratio.toFixed(3)} | ${count(theirRam)} | ${count(ourRam)} |`,
    );
  }
} finally {
  rmSync(cacheDir, { recursive: true, force: true });
}
process.exitCode = summary.every(({ ratio, ourRam, theirRam }) => ratio <= goal && ourRam <= theirRam)
  ? 0
  : 1;
