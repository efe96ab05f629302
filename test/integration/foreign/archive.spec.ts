import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';

import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { seededBytes, silentLogger } from '#core';
import { fakeLease, type BoardOutcome, type BoardTask, type Build, type ExpectedOutput } from '#farm';
import { readCandidate, runNetwork } from '#network';
import { openStore, type Store } from '#store';

import { readConfig } from '../../../apps/config.ts';
import { emulatedBoards } from '../../../apps/server/lab/lab-board.ts';
import { createLabCompiler } from '../../../apps/server/lab/lab-compiler.ts';
import { createLabRunner } from '../../../apps/server/lab/lab-runner.ts';
import { foreignReference } from '../../../apps/server/lab/prepare-candidate.ts';
import { FirmwareFolder } from '../../../apps/server/uploads/firmware-folder.ts';
import { sharedToolchain } from '../harness/qemu-console.ts';
import { cmsisFiles, codegenFiles, codegenOutput, engineFiles, writeTree } from './tiny-engine.ts';

const target = 'mps2-an500';
let dir: string;
let store: Store;
let compiler: ReturnType<typeof createLabCompiler>;
let archive: { readonly hash: string; readonly integrity: string };

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tinyfarm-archive-test-'));
  await writeTree(path.join(dir, 'engine'), engineFiles);
  await writeTree(path.join(dir, 'cmsis'), cmsisFiles);
  await writeTree(path.join(dir, 'codegen'), codegenFiles());
  store = await openStore({
    databasePath: path.join(dir, 'farm.sqlite'),
    filesFolder: path.join(dir, 'files'),
  });
  const config = {
    ...readConfig({
      TINYFARM_HOME: dir,
      TINYFARM_TINYENGINE: path.join(dir, 'engine'),
      TINYFARM_CMSIS: path.join(dir, 'cmsis'),
    }),
    cacheFolder: path.resolve('node_modules/.cache/tinyfarm-tests'),
  };
  compiler = createLabCompiler({
    store,
    toolchain: await sharedToolchain([]),
    firmware: new FirmwareFolder(config.cacheFolder, store),
    config,
    threads: 1,
  });
  const packed = await execa('tar', ['-czf', '-', '-C', dir, 'codegen'], { encoding: 'buffer' });
  archive = await store.candidates.putContent(Readable.from([packed.stdout]));
});

afterAll(async () => {
  await compiler.close();
  await store.close();
  await rm(dir, { recursive: true });
});

async function uploaded(bytes: Uint8Array, kind: 'input' | 'tflite'): Promise<string> {
  const content = await store.candidates.putContent(Readable.from([bytes]));
  await store.candidates.add({
    ...content,
    name: 'x',
    kind,
    user: 'ann',
    createdAt: new Date().toISOString(),
  });
  return content.hash;
}

function taskFor(expected: ExpectedOutput | undefined): Omit<BoardTask, 'build' | 'board' | 'attemptId'> {
  const candidate = { name: 'code.tar.gz', hash: archive.hash, kind: 'archive', source: archive.integrity };
  const settings = { repeats: 1, warmup: 0, input: 'seed:4', ...(expected ? { expect: expected } : {}) };
  return { jobId: 'j1', candidate, settings };
}

async function compile(expected?: ExpectedOutput): Promise<Build> {
  return compiler.compile({ ...taskFor(expected), target }, new AbortController().signal);
}

async function measured(expected?: ExpectedOutput): Promise<BoardOutcome['measurement']> {
  const build = await compile(expected);
  const [board] = emulatedBoards(new Map([[target, 1]]));
  const lease = fakeLease(board!.facts.id);
  const state = {
    health: 'good',
    reason: '',
    healthSince: '',
    gone: false,
    flashes: 0,
    lastToken: 1,
  } as const;
  const sentinels = { cleanSentinels: 0, failedSentinels: 0, sentinelAt: null };
  const task = {
    ...taskFor(expected),
    attemptId: 'a1',
    build,
    board: { ...board!.facts, ...state, ...sentinels },
  };
  return (await createLabRunner([board!], silentLogger).run(task, lease)).measurement;
}

test("an archive's output is held to the bytes that its submitter expects", async () => {
  const right = codegenOutput(seededBytes(48, 4));
  const hash = await uploaded(new Uint8Array(right.buffer), 'input');
  expect(await measured({ from: 'bytes', hash })).toMatchObject({
    status: 'accepted',
    output: { checked: true, matches: true, against: `upload ${hash.slice(0, 12)}, byte by byte` },
  });
  const wrong = await measured({ from: 'bytes', hash: await uploaded(new Uint8Array(80), 'input') });
  expect(wrong).toMatchObject({ status: 'rejected', output: { checked: true, matches: false } });
});

test('without an expectation it is accepted, and says that it was not checked', async () => {
  expect(await measured()).toMatchObject({ status: 'accepted', output: { checked: false, matches: null } });
});

test('an expectation that cannot be that of the code ends the job with the reason', async () => {
  const short = await uploaded(new Uint8Array(79), 'input');
  await expect(compile({ from: 'bytes', hash: short })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message: `the expected output ${short.slice(0, 12)} has 79 bytes, expected 80`,
  });
});

test('the network that code was generated from says what it should answer, unless it has another shape', async () => {
  const bytes = await readFile('examples/sentinel.json');
  const { network } = await readCandidate(bytes);
  const { graph } = network;
  const shape = graph.tensors[graph.inputs[0]!]!.shape;
  const input = seededBytes(
    shape.reduce((size, side) => size * side, 1),
    4,
  );
  const [output] = runNetwork(network, input).outputs;
  const names = { what: 'the .tflite', from: 'reference interpreter' };
  const model = { inputBytes: input.length, outputBytes: output!.length, outputs: [] };
  const task = { bytes, names, model, input, toleranceSteps: 3 };
  expect(await foreignReference(task)).toEqual({
    ok: true,
    prepared: { output, from: 'reference interpreter', toleranceSteps: 3 },
  });
  expect(await foreignReference({ ...task, model: { ...model, outputBytes: 80 } })).toMatchObject({
    ok: false,
    code: 'CANDIDATE_INVALID',
    message: expect.stringContaining(
      `the generated code ${input.length} and 80: expected the .tflite`,
    ) as string,
  });
});
