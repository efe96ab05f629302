import { mkdtemp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { FarmError, seededBytes } from '#core';
import type { Expectation } from '#measurement';
import { buildTinyEngine, unpackArchive, type ForeignModel } from '#toolchain';

import { expectedBytes, tfliteToleranceSteps } from '../../wiring/foreign-expectation.ts';
import { firmwareFolder, tinyfarmVersion } from '../../wiring/project.ts';
import { readUploaded, stem, type CompileWork } from './compile-work.ts';
import type { LabBuild } from './lab-build.ts';
import type { ForeignReferenceTask } from './prepare-candidate.ts';

/** As much as the store takes for the name of a file. */
const maxPathChars = 150;

/** An upstream codegen/ folder, packed; compiled with the TinyEngine checkout that this server was given. */
export async function compileArchive(work: CompileWork): Promise<LabBuild> {
  const { task, target, source, input, signal, options } = work;
  const { tinyenginePath, cmsisPath } = options.config.server;
  if (tinyenginePath === undefined) {
    throw new FarmError(
      'FOREIGN_ENGINE_INVALID',
      'this server has no TinyEngine checkout to compile an archive with, expected TINYFARM_TINYENGINE to name one',
    );
  }
  const cacheDir = join(options.config.cacheFolder, 'toolchain');
  // The toolchain sweeps there, should this process be killed.
  const scratches = join(cacheDir, 'scratch');
  await mkdir(scratches, { recursive: true });
  const scratch = await mkdtemp(join(scratches, 'archive-'));
  try {
    const packed = join(scratch, stem(task.candidate.name));
    await writeFile(packed, source);
    const unpacked = join(scratch, 'unpacked');
    await unpackArchive(packed, unpacked);
    const name = stem(task.candidate.name);
    const { image, files, model } = await buildTinyEngine(
      { codegenDir: await codegenFolderIn(unpacked), tinyenginePath, cmsisPath, name, target, signal },
      { cacheDir, firmwareDir: firmwareFolder },
    );
    const long = files.find(({ path }) => path.length > maxPathChars)?.path;
    if (long !== undefined) {
      const what = `${long.slice(0, 40)}… has ${long.length} characters, expected at most ${maxPathChars}`;
      throw new FarmError('CANDIDATE_INVALID', `the archive's path ${what}`);
    }
    const candidate = { name, hash: task.candidate.hash };
    const tools = { tinyfarm: tinyfarmVersion, engine: 'tinyengine' };
    const expected = await expectationOf(work, model);
    return { image, candidate, speaks: 'tinyfarm', input, expected, tools, files, source };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The archive may hold the folder or what is in it. */
async function codegenFolderIn(folder: string): Promise<string> {
  const found = await readdir(folder);
  const [only] = found;
  return found.length === 1 && only !== undefined && only !== 'Include' ? join(folder, only) : folder;
}

/** What its output is held against; undefined where whoever submitted it said nothing. */
async function expectationOf(work: CompileWork, model: ForeignModel): Promise<Expectation | undefined> {
  const { task, input, signal, options, threads } = work;
  const { expect } = task.settings;
  if (expect === undefined) return undefined;
  const what = expect.from === 'bytes' ? 'expected output' : '.tflite';
  const content = await readUploaded(options.store, expect.hash, what);
  const short = expect.hash.slice(0, 12);
  if (expect.from === 'bytes') {
    return expectedBytes(
      content,
      { what: short, from: `upload ${short}` },
      model,
      expect.toleranceSteps ?? 0,
    );
  }
  const { inputBytes, outputBytes, outputs } = model;
  const reference: ForeignReferenceTask = {
    bytes: content,
    names: { what: `the .tflite ${short}`, from: `reference interpreter on the .tflite ${short}` },
    model: { inputBytes, outputBytes, outputs },
    input: 'seed' in input ? seededBytes(inputBytes, input.seed) : input.bytes,
    toleranceSteps: expect.toleranceSteps ?? tfliteToleranceSteps,
  };
  return threads.run<Expectation>('foreignReference', reference, signal);
}
