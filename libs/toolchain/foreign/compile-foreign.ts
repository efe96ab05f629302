import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import pLimit from 'p-limit';
import type { GeneratedFile } from '#codegen';
import type { Compiler } from '../compiler.ts';
import type { FirmwareSources } from '../firmware-sources.ts';
import type { EngineSources } from './engine-sources.ts';

/** Our C around generated code (firmware/foreign), with the parameters that it includes. */
export async function readGlue(
  firmwareDir: string,
  parameters: string,
  withMarks: boolean,
): Promise<GeneratedFile[]> {
  const names = ['foreign_model.c', ...(withMarks ? ['foreign_marks.c'] : [])];
  const sources = await Promise.all(
    names.map(async (name) => ({
      path: name,
      content: await readFile(path.join(firmwareDir, 'foreign', name)),
    })),
  );
  return [...sources, { path: 'foreign_parameters.h', content: parameters }];
}

export interface ForeignSources {
  /** Where everything is written, below glue/ and codegen/. */
  readonly scratch: string;
  readonly codegen: readonly GeneratedFile[];
  readonly glue: readonly GeneratedFile[];
  readonly engine: EngineSources;
  readonly sources: FirmwareSources;
  readonly flags: readonly string[];
  /** One that runs in the sandbox. */
  readonly compiler: Compiler;
  readonly signal: AbortSignal | undefined;
}

/** The objects, relative to `scratch`. genModel.c has none of its own: the glue includes it. */
export async function compileForeign(job: ForeignSources): Promise<string[]> {
  const { scratch, codegen, glue, engine, sources, flags, compiler, signal } = job;
  await write(path.join(scratch, 'glue'), glue);
  await write(path.join(scratch, 'codegen'), codegen);
  const includes = ['codegen/Include', ...engine.includeDirs].map((dir) => `-I${dir}`);
  const own = ['kernels/include', 'harness'].map((dir) => path.join(sources.dir, dir));
  const ownIncludes = ['glue', 'codegen/Source', ...own].map((dir) => `-I${dir}`);
  const limit = pLimit(availableParallelism());
  const compileOne = async (file: string, dirs: readonly string[]): Promise<string> => {
    // The linker scripts know the glue's object by its name.
    const object = file.replace(/(?:\.c|(\.S))$/, '$1.o');
    await compiler.gcc([...flags, ...dirs, '-c', file, '-o', object], {
      cwd: scratch,
      failureCode: 'TOOLCHAIN_COMPILE_FAILED',
      signal,
    });
    return object;
  };
  const compile = (file: string, dirs: readonly string[]): Promise<string> =>
    limit(() => compileOne(file, dirs));
  const isSource = ({ path: file }: GeneratedFile): boolean => /\.[cS]$/.test(file);
  return Promise.all([
    ...glue.filter(isSource).map((file) => compile(`glue/${file.path}`, [...ownIncludes, ...includes])),
    ...codegen
      .filter((file) => isSource(file) && file.path !== 'Source/genModel.c')
      .map((file) => compile(`codegen/${file.path}`, includes)),
  ]);
}

async function write(dir: string, files: readonly GeneratedFile[]): Promise<void> {
  for (const { path: file, content } of files) {
    const place = path.join(dir, file);
    await mkdir(path.dirname(place), { recursive: true });
    await writeFile(place, content);
  }
}
