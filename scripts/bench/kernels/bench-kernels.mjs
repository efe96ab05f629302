// Instructions per MAC of every kernel on a Cortex-M4 and a Cortex-M7, as a table in Markdown. Needs the build (dist/).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { generateCode } from '#codegen';
import { seededBytes, silentLogger, systemClock } from '#core';
import { createQemuDevice } from '#devices';
import { measureOn } from '#measurement';
import { runNetwork, seededNetwork } from '#network';
import { findTarget } from '#targets';
import { createToolchain } from '#toolchain';

import { cases, graphOfCase } from './cases.mjs';

const targets = ['mps2-an386', 'mps2-an500'].map((name) => findTarget(name));

const cacheDir = mkdtempSync(join(tmpdir(), 'tinyfarm-bench-'));
const toolchain = createToolchain({ cacheDir });

async function measure(one, target) {
  const network = seededNetwork(graphOfCase(one), 1);
  const code = generateCode(network);
  const image = await toolchain.build(code, target);
  const device = createQemuDevice({ target, clock: systemClock, logger: silentLogger });
  const { measurement } = await measureOn(device, image, {
    candidate: { name: code.name, hash: '' },
    input: { seed: 0 },
    expected: runNetwork(network, seededBytes(code.inputBytes, 0)).outputs[0],
    repeats: 1,
    warmup: 0,
    timeoutMs: 20_000,
    clock: systemClock,
    logger: silentLogger,
  });
  if (measurement.status !== 'accepted') {
    throw new Error(`${one.title} on ${target.name}: ${measurement.reason}`);
  }
  const [layer] = measurement.layers;
  return { kernel: layer.kind, macs: layer.macs, instructions: layer.instructions };
}

try {
  console.log('| kernel | layer | MACs | per MAC, Cortex-M4 | per MAC, Cortex-M7 |');
  console.log('| --- | --- | ---: | ---: | ---: |');
  for (const one of cases) {
    const [m4, m7] = await Promise.all(targets.map((target) => measure(one, target)));
    const [a, b] = [m4, m7].map(({ instructions, macs }) => (instructions / macs).toFixed(2));
    console.log(`| ${m4.kernel} | ${one.title} | ${m4.macs} | ${a} | ${b} |`);
  }
} finally {
  rmSync(cacheDir, { recursive: true, force: true });
}
