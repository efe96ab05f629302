import { join } from 'node:path';

import { proposeOperators, type ModelVersion, type NetworkLayers, type OperatorBenchmark } from '#latency';
import { graphMacs, seededNetwork, seededRandom, writeTflite } from '#network';

import { writeFileSafely } from './write-file-safely.ts';

export interface OperatorFile extends Pick<OperatorBenchmark, 'kernel' | 'share'> {
  readonly name: string;
  readonly path: string;
  readonly macs: number;
}

/** Networks of one operator where a model errs most over a pool, each written as a .tflite with seeded weights. */
export async function writeOperators(
  { model, version }: ModelVersion,
  pool: readonly NetworkLayers[],
  { count, seed, folder }: { readonly count: number; readonly seed: number; readonly folder: string },
): Promise<OperatorFile[]> {
  const files: OperatorFile[] = [];
  for (const { graph, kernel, share } of proposeOperators(model, pool, count, seededRandom(seed))) {
    const name = `${graph.name}-v${version}-s${seed}`;
    const path = join(folder, `${name}.tflite`);
    const named = { ...graph, name };
    await writeFileSafely(path, writeTflite(seededNetwork(named, seed)));
    files.push({ name, path, kernel, share, macs: graphMacs(named) });
  }
  return files;
}
