import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import { fnv1aHex, seededBytes } from '#core';
import { graphMacs, readCandidate, runNetwork } from '#network';

import { Cli, projectFolder } from '../../support/cli.ts';
import { warmKernels } from '../../support/warm-kernels.ts';

const in0 = join(projectFolder, 'examples/in0.json');
let cli: Cli;

beforeAll(async () => {
  cli = await Cli.create();
});

afterAll(async () => {
  await cli.remove();
});

/** The parts of the JSON document that are looked at here. */
interface Document {
  target: string;
  on: string;
  fidelity: string;
  status: string;
  reason: string | null;
  instructions: number;
  cycles: number | null;
  sram: Record<'arenaBytes' | 'stackBytes' | 'staticBytes' | 'inputBytes' | 'peakBytes', number> & {
    planned: { arenaBytes: number; peakBytes: number };
    measured: { arenaBytes: number; peakBytes: number };
  };
  flash: { codeBytes: number; weightBytes: number; totalBytes: number };
  output: { bytes: number; fnv1a: string; checked: boolean };
  layers: { name: string; kind: string; macs: number; instructions: number }[];
  provenance: { buildHash: string; compiler: string; flags: string[]; core: string; target: string };
}

async function measure(...words: string[]): Promise<Document> {
  const result = await cli.run(['measure', ...words, '--json']);
  expect(result, result.stderr).toMatchObject({ exitCode: 0 });
  return JSON.parse(result.stdout) as Document;
}

test('a genotype is measured, its output is the reference interpreter’s, and the record is stored', async () => {
  const { network, graph } = await readCandidate(in0);
  const seed = 7;
  const [expected] = runNetwork(network, seededBytes(48 * 48 * 3, seed)).outputs;
  const outputPath = cli.path('out.bin');
  const found = await measure(in0, '--target', 'mps2-an500', '--seed', String(seed), '--output', outputPath);

  expect(found).toMatchObject({
    target: 'mps2-an500',
    on: 'qemu',
    fidelity: 'emulated',
    status: 'accepted',
    reason: null,
    cycles: null,
    output: { bytes: 1000, fnv1a: fnv1aHex(expected!), checked: true },
    provenance: { core: 'cortex-m7', target: 'mps2-an500' },
  });
  expect(new Int8Array(await readFile(outputPath))).toEqual(expected);

  expect(found.instructions).toBeGreaterThan(graphMacs(graph) / 2);
  const layers = found.layers.reduce((sum, layer) => sum + layer.instructions, 0);
  expect(Math.abs(layers - found.instructions) / found.instructions).toBeLessThan(0.001);
  expect(found.layers.reduce((sum, layer) => sum + layer.macs, 0)).toBe(graphMacs(graph));

  const { sram, flash } = found;
  expect(sram.inputBytes).toBe(48 * 48 * 3);
  expect(sram.measured.arenaBytes).toBeLessThanOrEqual(sram.planned.arenaBytes);
  expect(sram.measured.arenaBytes).toBeGreaterThan(sram.planned.arenaBytes * 0.9);
  expect(sram.peakBytes).toBe(sram.arenaBytes + sram.stackBytes + sram.staticBytes);
  expect(sram.stackBytes).toBeGreaterThan(0);
  expect(flash.codeBytes + flash.weightBytes).toBe(flash.totalBytes);
  expect(found.provenance.compiler).toMatch(/arm-none-eabi-gcc/);
  expect(found.provenance.flags.join(' ')).toMatch(/-mcpu=cortex-m7/);

  const listed = await cli.run(['results', '--json']);
  expect((JSON.parse(listed.stdout) as Document[])[0]).toMatchObject({
    instructions: found.instructions,
    provenance: { buildHash: found.provenance.buildHash },
  });
});

test('the same candidate on the same target costs the same instructions and has the same build hash, from another cache too', async () => {
  const first = await measure(in0, '--target', 'mps2-an386');
  const other = await Cli.create();
  try {
    const result = await other.run(['measure', in0, '--target', 'mps2-an386', '--json']);
    const second = JSON.parse(result.stdout) as Document;
    expect(second.instructions).toBe(first.instructions);
    expect(second.layers).toEqual(first.layers);
    expect(second.provenance.buildHash).toBe(first.provenance.buildHash);
  } finally {
    await other.remove();
  }
});

test('an input of the user’s is what the network sees', async () => {
  const { network } = await readCandidate(in0);
  const input = seededBytes(48 * 48 * 3, 99).map((byte) => byte ^ 0x55);
  await writeFile(cli.path('input.bin'), input);
  const found = await measure(in0, '--target', 'mps2-an386', '--input', cli.path('input.bin'));
  expect(found.output.fnv1a).toBe(fnv1aHex(runNetwork(network, input).outputs[0]!));
});

test('an interrupted measurement ends with 130, stores nothing and leaves no process and no file behind', async () => {
  const temporary = cli.path('temporary');
  await mkdir(temporary);
  const own = await Cli.create({ TMPDIR: temporary });
  await warmKernels(own.path('home'), 'mps2-an386');
  try {
    const running = own.start([
      'measure',
      in0,
      '--target',
      'mps2-an386',
      '--repeats',
      '64',
      '--warmup',
      '1000',
    ]);
    await vi.waitFor(() => expect(running.stderr()).toMatch(/compiling/), { timeout: 60_000 });
    // In the middle of the emulator's work, which lasts for about a minute with these numbers.
    await setTimeout(500);
    running.kill('SIGINT');
    const result = await running.result;
    expect(result.exitCode).toBe(130);
    expect(result.lastLine).toMatch(/interrupted/);
    const listed = await own.run(['results', '--json']);
    expect(JSON.parse(listed.stdout)).toEqual([]);
  } finally {
    await own.remove();
  }
  expect(await readdir(temporary)).toEqual([]);
  expect(await readdir('/proc').then((pids) => processesThatName(temporary, pids))).toEqual([]);
});

/** Command lines of the processes that mention a folder. */
async function processesThatName(folder: string, pids: readonly string[]): Promise<string[]> {
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.filter((line) => line.includes(folder));
}
