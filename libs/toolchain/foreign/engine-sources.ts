import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { FarmError } from '#core';

/** What generated TinyEngine code is compiled with and linked against: a checkout of TinyEngine, and CMSIS. */
export interface EngineSources {
  readonly engineDir: string;
  readonly cmsisDir: string;
  /** In upstream's order, after the generated code's own. Absolute. */
  readonly includeDirs: readonly string[];
  /** Compiled into an archive. Absolute. */
  readonly compiled: readonly string[];
  /** Of all sources and headers. Hex. */
  readonly hash: string;
}

const cmsisKernel = 'CMSIS/NN/Source/ConvolutionFunctions/arm_nn_mat_mult_kernel_s8_s16_reordered.c';
const cmsisIncludes = ['CMSIS/NN/Include', 'CMSIS/DSP/Include', 'CMSIS/Core/Include'];
const cmsisWanted =
  'expected CMSIS_5 of January 2022 (commit 5b58d2da, which TinyEngine names as its submodule)';

/**
 * Finds the sources in a checkout; CMSIS is its submodule unless another folder is given. Error FOREIGN_ENGINE_INVALID
 * names the file that is not there.
 */
export async function findEngineSources(tinyenginePath: string, cmsisPath?: string): Promise<EngineSources> {
  const root = path.resolve(tinyenginePath);
  const engineDir = path.join(root, 'TinyEngine');
  for (const file of ['include/tinyengine_function.h', 'include/genNN.h', 'src/kernels']) {
    if (!existsSync(path.join(engineDir, file))) {
      throw new FarmError(
        'FOREIGN_ENGINE_INVALID',
        `${root} has no TinyEngine/${file}, expected a checkout of mit-han-lab/tinyengine`,
      );
    }
  }
  const cmsisDir = path.resolve(cmsisPath ?? path.join(engineDir, 'third_party/CMSIS'));
  await requireCmsis(cmsisDir, cmsisPath !== undefined);
  const includeDirs = [
    path.join(engineDir, 'include'),
    ...cmsisIncludes.map((dir) => path.join(cmsisDir, dir)),
  ];
  const yolo = path.join(engineDir, 'src/yoloOutput.c');
  const compiled = [
    ...(await listFiles(path.join(engineDir, 'src/kernels'), /\.c$/)),
    ...(existsSync(yolo) ? [yolo] : []),
    path.join(cmsisDir, cmsisKernel),
  ];
  const headers = await Promise.all(includeDirs.map((dir) => listFiles(dir, /\.h$/)));
  const hash = createHash('sha256');
  for (const file of [...compiled, ...headers.flat()]) {
    const bytes = await readFile(file);
    hash.update(`${path.relative(root, file)}\0${bytes.length}\0`).update(bytes);
  }
  return { engineDir, cmsisDir, includeDirs, compiled, hash: hash.digest('hex') };
}

async function requireCmsis(dir: string, given: boolean): Promise<void> {
  if (!given && !existsSync(path.join(dir, 'CMSIS'))) {
    throw new FarmError(
      'FOREIGN_ENGINE_INVALID',
      `${dir} is empty, ${cmsisWanted}: git submodule update --init, or name a checkout of CMSIS_5`,
    );
  }
  const support = 'CMSIS/NN/Include/arm_nnsupportfunctions.h';
  for (const file of [support, cmsisKernel, ...cmsisIncludes]) {
    if (!existsSync(path.join(dir, file))) {
      throw new FarmError('FOREIGN_ENGINE_INVALID', `${dir} has no ${file}, ${cmsisWanted}`);
    }
  }
  // Later versions have the same files, but int8_t in the place of this type, on which TinyEngine relies.
  if (!/\bq7_t\b/.test(await readFile(path.join(dir, support), 'utf8'))) {
    throw new FarmError('FOREIGN_ENGINE_INVALID', `${dir}/${support} does not know q7_t, ${cmsisWanted}`);
  }
}

async function listFiles(dir: string, kept: RegExp): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && kept.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
