// Instructions of every kernel on a Cortex-M4 and a Cortex-M7, per MAC or per output, as a table in Markdown.
// `--write` puts it into docs/kernels.md. Needs the build (dist/).
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { format, resolveConfig } from 'prettier';

import { generateCode } from '#codegen';
import { seededBytes, silentLogger, systemClock } from '#core';
import { createQemuDevice } from '#devices';
import { measureOn } from '#measurement';
import { runNetwork } from '#network';
import { findTarget } from '#targets';
import { createToolchain } from '#toolchain';

import { cases } from './cases.mjs';
import { networkOfCase } from './network-of-case.mjs';

const page = 'docs/kernels.md';
const [begin, end] = ['<!-- table: npm run bench -- kernels --write -->', '<!-- end of table -->'];
const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });

const targets = ['mps2-an386', 'mps2-an500'].map((name) => findTarget(name));

const cacheDir = mkdtempSync(join(tmpdir(), 'tinyfarm-bench-'));
const toolchain = createToolchain({ cacheDir });

async function measure(one, target) {
  const network = networkOfCase(one);
  const code = generateCode(network);
  const image = await toolchain.build(code, target);
  const device = createQemuDevice({ target, clock: systemClock, logger: silentLogger });
  const { measurement } = await measureOn(device, image, {
    candidate: { name: code.name, hash: '' },
    input: { seed: 0 },
    expected: runNetwork(network, seededBytes(code.inputBytes, 0)).outputs[0],
    repeats: 1,
    warmup: 0,
    timeoutMs: 120_000,
    clock: systemClock,
    logger: silentLogger,
  });
  if (measurement.status !== 'accepted') {
    throw new Error(`${one.op.kind} ${one.title} on ${target.name}: ${measurement.reason}`);
  }
  const layer = measurement.layers.at(-1);
  // Of the bytes that the network puts out, which are those of its last layer.
  return {
    kernel: layer.kind,
    macs: layer.macs,
    outputs: code.outputBytes,
    instructions: layer.instructions,
  };
}

async function rowOf(one) {
  const [m4, m7] = await Promise.all(targets.map((target) => measure(one, target)));
  const [count, unit] = m4.macs > 0 ? [m4.macs, 'MAC'] : [m4.outputs, 'output'];
  const [a, b] = [m4, m7].map(({ instructions }) => (instructions / count).toFixed(2));
  const kernel = one.isExact ? `${m4.kernel}, exact` : m4.kernel;
  return `| ${kernel} | ${one.title} | ${count.toLocaleString('en-US')} ${unit}s | ${a} | ${b} |`;
}

async function write(table) {
  const text = readFileSync(page, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`${page} has no "${begin}" before "${end}"`);
  const whole = `${text.slice(0, from + begin.length)}\n\n${table}\n\n${text.slice(to)}`;
  writeFileSync(page, await format(whole, { ...(await resolveConfig(page)), filepath: page }));
  console.log(`\nwritten to ${page}`);
}

try {
  const rows = [
    '| kernel | layer | work | each, Cortex-M4 | each, Cortex-M7 |',
    '| --- | --- | ---: | ---: | ---: |',
  ];
  console.log(rows.join('\n'));
  for (const one of cases) {
    const row = await rowOf(one);
    console.log(row);
    rows.push(row);
  }
  if (values.write) await write(rows.join('\n'));
} finally {
  rmSync(cacheDir, { recursive: true, force: true });
}
