import type { Build, Compiler, CompileTask } from '#farm';
import type { MeasurementInput } from '#measurement';
import type { Store } from '#store';
import { findTarget } from '#targets';
import { readFirmware } from '#toolchain';

import type { PlanKind } from '../../wiring/plan-kinds.ts';
import { tinyfarmVersion } from '../../wiring/project.ts';
import { compileArchive } from './compile-archive.ts';
import { readUploaded, stem, Threads, type CompileWork, type LabCompilerOptions } from './compile-work.ts';
import type { LabBuild } from './lab-build.ts';
import type { PreparedCandidate, PrepareTask } from './prepare-candidate.ts';

const tools = { tinyfarm: tinyfarmVersion };

/** Compiles what was uploaded: networks by our generator, TinyEngine code in a sandbox, firmware not at all. */
export function createLabCompiler(options: LabCompilerOptions): Compiler & { close(): Promise<void> } {
  const threads = new Threads(options.threads);
  const compile = async (task: CompileTask, signal: AbortSignal): Promise<Build> => {
    const target = findTarget(task.target);
    const source = await options.store.candidates.read(task.candidate.source);
    const input = await inputOf(task, options.store);
    const image = await compilerOf(task.candidate.kind)({
      task,
      target,
      source,
      input,
      signal,
      options,
      threads,
    });
    return { buildHash: image.image.buildHash, image };
  };
  return { compile, close: () => threads.close() };
}

function compilerOf(kind: string): (work: CompileWork) => Promise<LabBuild> {
  if (kind === 'archive') return compileArchive;
  return kind === 'elf' ? takeFirmware : compileNetwork;
}

async function compileNetwork(work: CompileWork): Promise<LabBuild> {
  const { task, target, source, input, signal, options, threads } = work;
  const { candidate, settings } = task;
  const wish = { sramLimitBytes: settings.sramLimitBytes, kind: settings.plan as PlanKind | undefined };
  // A genotype has a name of its own.
  const name = candidate.kind === 'genotype' ? undefined : stem(candidate.name);
  const preparing: PrepareTask = { bytes: source, name, input, wish };
  const prepared = await threads.run<PreparedCandidate>('prepareCandidate', preparing, signal);
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

async function takeFirmware({ task, target, source, input, options }: CompileWork): Promise<LabBuild> {
  const { hash, name } = task.candidate;
  const elfPath = await options.firmware.place(hash, task.candidate.source);
  const image = await readFirmware(elfPath, target);
  const candidate = { name: stem(name), hash };
  return { image, candidate, speaks: 'mlperf', input, expected: undefined, tools, files: [], source };
}

async function inputOf({ settings }: CompileTask, store: Store): Promise<MeasurementInput> {
  const seed = /^seed:(?<seed>\d+)$/.exec(settings.input)?.groups?.['seed'];
  if (seed !== undefined) return { seed: Number(seed) };
  const bytes = await readUploaded(store, settings.input, 'input');
  return { bytes: new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length) };
}
