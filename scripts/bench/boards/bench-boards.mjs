// From a network to a stored measurement on a simulated board, and where the time goes. Needs dist/.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runProgram, silentLogger, spawnLongRunning, systemClock } from '#core';
import { createBoardDevice, createBoardRecords, openNodeSerial } from '#devices';
import { openStore } from '#store';
import { findTarget, parseBoardList } from '#targets';
import { createToolchain } from '#toolchain';

import { measureCandidate } from '../../../dist/apps/wiring/measure-candidate.js';
import { createWaits } from './waits.mjs';

const runs = 3;
const boardCount = 4;
const target = findTarget('stm32f405');
const folder = await mkdtemp(join(tmpdir(), 'tinyfarm-bench-'));
const genotype = JSON.parse(await readFile('examples/vww.json', 'utf8'));
const sentinel = JSON.parse(await readFile('examples/sentinel.json', 'utf8'));

/** The same architecture with other weights: neither compiled before, nor in flash already. */
async function variant(network, seed) {
  const path = join(folder, `${network.name}-${seed}.json`);
  await writeFile(path, JSON.stringify({ ...network, seed }));
  return path;
}

/** The boards are a process of their own, as those of `tinyfarm bench up` are. */
async function startBench() {
  const child = fork(new URL('bench-process.mjs', import.meta.url), [String(boardCount), folder]);
  const [boards] = await once(child, 'message');
  return { child, boards };
}

function entryOf({ name, socket, tty, uid }) {
  const text = `boards:\n  - { name: ${name}, target: stm32f405, simulated: true, openocdFile: target/stm32f4x.cfg, tty: ${tty}, uid: ${uid}, probe: { interface: remote_bitbang, socket: ${socket} } }\n`;
  return parseBoardList(text, 'boards.yaml')[0];
}

/** Answered when `m-ready` comes; the firmware is at work from a command to that. */
function watchedSerial(waits) {
  return async (settings) => {
    const transport = await openNodeSerial(settings);
    let done = waits.span('running');
    transport.readable.on('data', (chunk) => {
      if (chunk.includes('m-ready')) done();
    });
    return new Proxy(transport, {
      get(object, name) {
        if (name !== 'write') return object[name];
        return (bytes) => {
          done();
          done = waits.span('running');
          return object.write(bytes);
        };
      },
    });
  };
}

async function measure(path, entry, { store, records, cacheDir }) {
  const waits = createWaits();
  const spawn = async (...words) => {
    const program = await spawnLongRunning(...words);
    void waits.during('OpenOCD', program.exited);
    return program;
  };
  const run = (...words) => waits.during('compiler', runProgram(...words));
  const started = performance.now();
  const { measurement, files, failure } = await measureCandidate(
    { candidatePath: path, target, inputSeed: 0, repeats: 3, warmup: 1 },
    {
      toolchain: createToolchain({ cacheDir, run }),
      device: createBoardDevice({ board: entry, target, clock: systemClock, records, spawn }),
      openSerial: watchedSerial(waits),
      clock: systemClock,
      logger: silentLogger,
      signal: new AbortController().signal,
      prepare: () => Promise.resolve(),
      onStage: () => {},
      onDetail: () => {},
    },
  );
  if (failure !== null) throw new Error(failure.message, { cause: failure });
  if (measurement.status !== 'accepted') throw new Error(measurement.reason);
  await store.measurements.save(measurement, files);
  const total = performance.now() - started;
  return {
    measurement,
    total,
    compiler: waits.sum('compiler'),
    openocd: waits.sum('OpenOCD'),
    running: waits.sum('running'),
    ours: total - waits.sum(),
  };
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const seconds = (values) =>
  `${(median(values) / 1000).toFixed(2)} s (${(Math.min(...values) / 1000).toFixed(2)}–${(Math.max(...values) / 1000).toFixed(2)})`;

function row(what, figure, goal = '') {
  console.log(`| ${what} | ${figure} | ${goal} |`);
}

const { child, boards } = await startBench();
const store = await openStore({
  databasePath: join(folder, 'farm.sqlite'),
  filesFolder: join(folder, 'files'),
});
try {
  const entries = boards.map(entryOf);
  const services = { store, records: createBoardRecords(), cacheDir: join(folder, 'cache') };
  // Compiles the kernels, which all candidates share.
  await measure(await variant(sentinel, 1), entries[0], services);

  console.log(`| what (median of ${runs}, least–most) | figure | goal |`);
  console.log('| --- | --- | --- |');
  const found = [];
  for (let seed = 1; seed <= runs; seed++) {
    found.push(await measure(await variant(genotype, 1000 + seed), entries[0], services));
  }
  const { macs, flash } = found[0].measurement;
  row(
    `network of ${(macs / 1e6).toFixed(1)} M MACs, ${flash.totalBytes} B of flash: to a stored measurement`,
    seconds(found.map(({ total }) => total)),
    '15 s',
  );
  row('of which compiler', seconds(found.map(({ compiler }) => compiler)));
  row('of which OpenOCD', seconds(found.map(({ openocd }) => openocd)));
  row('of which the firmware', seconds(found.map(({ running }) => running)));
  row('of which none of them: our own', seconds(found.map(({ ours }) => ours)), '0.5 s');

  const again = await measure(await variant(genotype, 1001), entries[0], services);
  row('a build that was on the board before last', seconds([again.total]));
  const held = await measure(await variant(genotype, 1001), entries[0], services);
  row('a build that the board holds', seconds([held.total]));

  const startedMs = performance.now();
  const together = await Promise.all(
    entries.map(async (entry, i) => measure(await variant(sentinel, 10 + i), entry, services)),
  );
  row(
    `${boardCount} boards at once, a small network each, accepted and no line damaged`,
    `${together.filter(({ measurement }) => measurement.provenance.askedAgain === undefined).length} in ${seconds([performance.now() - startedMs])}`,
    `${boardCount}`,
  );
} finally {
  await store.close();
  child.send('end');
  await once(child, 'exit');
  await rm(folder, { recursive: true, force: true });
}
