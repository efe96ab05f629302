import { createHash } from 'node:crypto';
import { mkdtemp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

import { Tinypool } from 'tinypool';

import { FarmError } from '#core';
import type { Build, Compiler, CompileTask } from '#farm';
import type { MeasurementInput } from '#measurement';
import type { Store } from '#store';
import { findTarget, type Target } from '#targets';
import { buildTinyEngine, readFirmware, unpackArchive, type Toolchain } from '#toolchain';

import type { Config } from '../../config.ts';
import type { PlanKind } from '../../wiring/choose-plan.ts';
import { firmwareFolder, tinyfarmVersion } from '../../wiring/project.ts';
import type { FirmwareFolder } from '../uploads/firmware-folder.ts';
import type { LabBuild } from './lab-build.ts';
import type { Prepared, PreparedCandidate, PrepareTask } from './prepare-candidate.ts';

export interface LabCompilerOptions {
  readonly store: Store;
  readonly toolchain: Toolchain;
  readonly firmware: FirmwareFolder;
  readonly config: Config;
  /** Threads that read networks and generate code; only from compiled code. */
  readonly threads: number;
}

const tools = { tinyfarm: tinyfarmVersion };

/** Compiles what was uploaded: networks by our generator, TinyEngine code in a sandbox, firmware not at all. */
export function createLabCompiler(options: LabCompilerOptions): Compiler & { close(): Promise<void> } {
  const here = import.meta.url;
  const pool = new Tinypool({
    filename: new URL(`./prepare-candidate${extname(new URL(here).pathname)}`, here).href,
    minThreads: 0,
    maxThreads: options.threads,
    idleTimeout: 60_000,
    execArgv: [],
  });
  const compile = async (task: CompileTask, signal: AbortSignal): Promise<Build> => {
    const target = findTarget(task.target);
    const source = await options.store.candidates.read(task.candidate.source);
    const input = await inputOf(task, options.store);
    const work: Work = { task, target, source, input, signal, options };
    const image = await compilerOf(task.candidate.kind, pool)(work);
    return { buildHash: image.image.buildHash, image };
  };
  return { compile, close: () => pool.destroy() };
}

interface Work {
  readonly task: CompileTask;
  readonly target: Target;
  readonly source: Uint8Array;
  readonly input: MeasurementInput;
  readonly signal: AbortSignal;
  readonly options: LabCompilerOptions;
}

function compilerOf(kind: string, pool: Tinypool): (work: Work) => Promise<LabBuild> {
  if (kind === 'archive') return compileArchive;
  if (kind === 'elf') return takeFirmware;
  return (work) => compileNetwork(work, pool);
}

async function compileNetwork(
  { task, target, source, input, signal, options }: Work,
  pool: Tinypool,
): Promise<LabBuild> {
  const { candidate, settings } = task;
  const wish = { sramLimitBytes: settings.sramLimitBytes, kind: settings.plan as PlanKind | undefined };
  // A genotype has a name of its own.
  const name = candidate.kind === 'genotype' ? undefined : stem(candidate.name);
  const prepared = await prepare(pool, { bytes: source, name, input, wish }, signal);
  const image = await options.toolchain.build(prepared.code, target, { signal });
  return {
    image,
    candidate: { name: prepared.name, hash: prepared.hash },
    speaks: 'tinyfarm',
    input,
    expected: prepared.expected,
    tools,
    files: prepared.code.files,
    source,
  };
}

async function prepare(pool: Tinypool, task: PrepareTask, signal: AbortSignal): Promise<PreparedCandidate> {
  let answer: Prepared;
  try {
    answer = (await pool.run(task, { signal })) as Prepared;
  } catch (error) {
    if (signal.aborted) throw new FarmError('INTERRUPTED', 'the build was interrupted', { cause: error });
    throw error;
  }
  if (!answer.ok) throw new FarmError(answer.code, answer.message);
  return answer.prepared;
}

/** As much as the store takes for the name of a file. */
const maxPathChars = 150;

/** An upstream codegen/ folder, packed; compiled with the TinyEngine checkout that this server was given. */
async function compileArchive({ task, target, source, input, signal, options }: Work): Promise<LabBuild> {
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
    const { image, files } = await buildTinyEngine(
      { codegenDir: await codegenFolderIn(unpacked), tinyenginePath, cmsisPath, name, target, signal },
      { cacheDir, firmwareDir: firmwareFolder },
    );
    const long = files.find(({ path }) => path.length > maxPathChars)?.path;
    if (long !== undefined) {
      const what = `${long.slice(0, 40)}… has ${long.length} characters, expected at most ${maxPathChars}`;
      throw new FarmError('CANDIDATE_INVALID', `the archive's path ${what}`);
    }
    const candidate = { name, hash: task.candidate.hash };
    const kept = { tools: { ...tools, engine: 'tinyengine' }, files, source };
    return { image, candidate, speaks: 'tinyfarm', input, expected: undefined, ...kept };
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

async function takeFirmware({ task, target, source, input, options }: Work): Promise<LabBuild> {
  const { hash, name } = task.candidate;
  const elfPath = await options.firmware.place(hash, task.candidate.source);
  const image = await readFirmware(elfPath, target);
  const candidate = { name: stem(name), hash };
  return { image, candidate, speaks: 'mlperf', input, expected: undefined, tools, files: [], source };
}

async function inputOf({ settings }: CompileTask, store: Store): Promise<MeasurementInput> {
  const seed = /^seed:(?<seed>\d+)$/.exec(settings.input)?.groups?.['seed'];
  if (seed !== undefined) return { seed: Number(seed) };
  const stored = await store.candidates.get(settings.input);
  if (stored === undefined) {
    throw new FarmError('NOT_FOUND', `there is no input ${settings.input}, expected one that was uploaded`);
  }
  const bytes = await store.candidates.read(stored.integrity);
  if (createHash('sha256').update(bytes).digest('hex') !== settings.input) {
    throw new FarmError('STORE_FAILED', `the input ${settings.input} has changed since it was uploaded`);
  }
  return { bytes: new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length) };
}

/** As a name of a file, whatever was given: without folders, ends and odd characters. */
function stem(name: string): string {
  const last = name
    .split('/')
    .at(-1)!
    .replace(/\.(tflite|json|elf|tar|tar\.gz|tgz|zip)$/i, '');
  return last.replaceAll(/[^\w.+ -]/g, '_').replace(/^\.+/, '_') || 'candidate';
}
