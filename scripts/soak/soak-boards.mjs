import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { createBench } from '#bench';
import { generateCode } from '#codegen';
import { isFarmError, seededBytes, systemClock } from '#core';
import { createBoardDevice, createBoardRecords } from '#devices';
import { measureOn } from '#measurement';
import { readCandidate, runNetwork } from '#network';
import { findTarget, parseBoardList } from '#targets';
import { createToolchain } from '#toolchain';

import { takeBoard } from '../../dist/apps/wiring/boards.js';
import { createChance, faults } from './faults.mjs';
import { leftovers, takeStock } from './leftovers.mjs';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '200' },
    boards: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
  },
});
const count = Number(values.count);
const boardCount = Number(values.boards);
const seed = Number(values.seed);
if (![count, boardCount].every((n) => Number.isInteger(n) && n > 0) || !Number.isInteger(seed)) {
  console.error(`--count ${values.count} --boards ${values.boards} --seed ${values.seed}: expected numbers`);
  process.exit(2);
}

const folder = await mkdtemp(join(tmpdir(), 'tinyfarm-soak-'));
// Temporary folders of others come and go meanwhile: ours are kept apart.
process.env.TMPDIR = folder;
const stock = takeStock();
const target = findTarget('stm32f405');
const bench = await createBench({
  boards: Array.from({ length: boardCount }, (_, i) => ({ name: `b${i}` })),
});
const startedMs = performance.now();
let lines = [];
let ports = [];
try {
  await bench.up();
  ports = bench.boards.map(({ probePort }) => probePort);
  const workloads = await prepareWorkloads();
  const entries = parseBoardList(boardList(), 'boards.yaml');
  lines = await soak(workloads, entries);
} finally {
  await bench.down();
}
const left = await leftovers(stock, { ports, lockFolder: join(folder, 'boards') });
await rm(folder, { recursive: true });
process.exitCode = report(lines, left) ? 0 : 1;

/** Two networks, so that boards are flashed again and a stale image is another one. */
async function prepareWorkloads() {
  const toolchain = createToolchain({ cacheDir: join(folder, 'cache') });
  const text = await readFile(new URL('../../examples/sentinel.json', import.meta.url), 'utf8');
  const genotypes = [text, JSON.stringify({ ...JSON.parse(text), name: 'other', seed: 2, classes: 7 })];
  return Promise.all(
    genotypes.map(async (genotype, i) => {
      const path = join(folder, `${i}.json`);
      await writeFile(path, genotype);
      const { name, hash, network } = await readCandidate(path);
      const code = generateCode(network);
      const input = seededBytes(code.inputBytes, seed);
      return {
        candidate: { name, hash },
        image: await toolchain.build(code, target),
        expected: runNetwork(network, input).outputs[0],
        instructions: undefined,
      };
    }),
  );
}

function boardList() {
  const entry = ({ name, probePort, ttyPath, uid }) =>
    `  - { name: ${name}, target: stm32f405, simulated: true, openocdFile: target/stm32f4x.cfg, tty: ${ttyPath}, uid: ${uid}, probe: { interface: remote_bitbang, port: ${probePort} } }`;
  return `boards:\n${bench.boards.map(entry).join('\n')}\n`;
}

async function soak(workloads, entries) {
  const done = [];
  const records = createBoardRecords();
  const measureOne = async (entry, workload, fault, at, swapped) => {
    const board = bench.board(entry.name);
    const fromMs = performance.now();
    const held = await takeBoard(entries, { name: entry.name, target }, { homeFolder: folder });
    let isDue = fault !== undefined;
    let acting;
    const stage = (text) => {
      if (isDue && text === at) {
        isDue = false;
        acting = fault.act(board, swapped);
      }
    };
    stage('start');
    await Promise.resolve(acting);
    const result = { board: entry.name, fault: fault?.name ?? 'none', code: 'accepted', isWrong: false };
    try {
      const device = createBoardDevice({ board: entry, target, clock: systemClock, records });
      const { measurement } = await measureOn(device, workload.image, {
        candidate: workload.candidate,
        input: { seed },
        expected: workload.expected,
        clock: systemClock,
        onProgress: stage,
      });
      workload.instructions ??= measurement.instructions;
      result.code = measurement.status;
      result.isWrong =
        measurement.status === 'accepted' &&
        (measurement.instructions !== workload.instructions || measurement.output?.matches === false);
    } catch (error) {
      if (!isFarmError(error)) throw error;
      result.code = `${error.code} (${error.traits.blame})`;
    } finally {
      await Promise.resolve(acting).catch(() => {});
      await fault?.cure?.(board);
      board.faults.clear();
      await board.settled();
      await held.release();
    }
    result.ms = performance.now() - fromMs;
    // A board that holds the image already never comes to its writing.
    if (isDue) result.fault = 'none';
    done.push(result);
    console.log(
      `${done.length}/${count} ${result.board} ${result.fault}${isDue ? ' (not set off)' : ''}: ${result.code} ${Math.round(result.ms)} ms`,
    );
  };
  // What is right is known from boards without a fault.
  for (const workload of workloads) await measureOne(entries[0], workload);
  done.length = 0;

  let left = count;
  await Promise.all(
    entries.map(async (entry, i) => {
      const { chance, pick } = createChance(seed + 7919 * i);
      while (left-- > 0) {
        const fault = chance() < 0.7 ? pick(faults) : undefined;
        const swapped = boardCount > 1 ? entries[(i + 1) % boardCount].uid : 'f'.repeat(24);
        await measureOne(entry, pick(workloads), fault, fault && pick(fault.at), swapped);
      }
    }),
  );
  return done;
}

/** Prints the table; whether all is well. */
function report(done, leftBehind) {
  const table = new Map();
  for (const { fault, code } of done) {
    const codes = table.get(fault) ?? new Map();
    table.set(fault, codes.set(code, (codes.get(code) ?? 0) + 1));
  }
  console.log('\nfault              outcome');
  for (const [fault, codes] of [...table].sort(([a], [b]) => a.localeCompare(b))) {
    const text = [...codes].map(([code, times]) => `${times} × ${code}`).join(', ');
    console.log(`${fault.padEnd(18)} ${text}`);
  }
  const wrong = done.filter(({ isWrong }) => isWrong).length;
  const innocent = done.filter(({ fault, code }) => fault === 'none' && code !== 'accepted').length;
  const accepted = done.filter(({ code }) => code === 'accepted').length;
  const slowest = Math.max(...done.map(({ ms }) => ms));
  console.log(
    `\n${done.length} measurements in ${Math.round((performance.now() - startedMs) / 1000)} s, ${accepted} accepted, wrong accepted: ${wrong}, failed without a fault: ${innocent}, slowest ${Math.round(slowest)} ms`,
  );
  console.log(leftBehind.length === 0 ? 'nothing left behind' : `left behind: ${leftBehind.join(', ')}`);
  return wrong === 0 && innocent === 0 && leftBehind.length === 0;
}
