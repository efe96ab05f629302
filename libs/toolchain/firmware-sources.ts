import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { FarmError } from '#core';
import type { Target } from '#targets';

/** The firmware of one target, but for the network. Paths are relative to the firmware folder. */
export interface FirmwareSources {
  readonly dir: string;
  /** What is compiled into the archive. */
  readonly compiled: readonly string[];
  readonly includeDirs: readonly string[];
  readonly linkerScript: string;
  readonly linkerDir: string;
  /** Of the names and contents of all of it, headers and linker scripts included. Hex. */
  readonly hash: string;
}

const kept = /\.(?:c|h|S|ld)$/;
const compiledFile = /\.[cS]$/;

/** The folder `firmware` beside libs/, from the sources and from the build alike. */
export function findFirmwareDir(): string {
  for (let dir = import.meta.dirname; ; dir = path.dirname(dir)) {
    const candidate = path.join(dir, 'firmware');
    if (existsSync(path.join(candidate, 'harness'))) {
      return candidate;
    }
    if (dir === path.dirname(dir)) {
      throw new FarmError('INTERNAL', `no folder firmware/harness above ${import.meta.dirname}`);
    }
  }
}

export async function readFirmwareSources(dir: string, target: Target): Promise<FirmwareSources> {
  const board = `boards/${target.boardFolder}`;
  const folders = ['kernels', 'harness', 'boards/common', board];
  const files = (await Promise.all(folders.map((folder) => listFiles(dir, folder)))).flat().sort();
  const contents = await Promise.all(files.map((file) => readFile(path.join(dir, file))));
  const hash = createHash('sha256');
  for (const [i, file] of files.entries()) {
    hash.update(`${file}\0${contents[i]!.length}\0`).update(contents[i]!);
  }
  return {
    dir,
    compiled: files.filter((file) => compiledFile.test(file)),
    includeDirs: ['kernels/include', 'harness', 'harness/include', board],
    linkerScript: `${board}/linker.ld`,
    linkerDir: 'boards/common',
    hash: hash.digest('hex'),
  };
}

async function listFiles(dir: string, folder: string): Promise<string[]> {
  const entries = await readdir(path.join(dir, folder), { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && kept.test(entry.name))
    .map((entry) => path.relative(dir, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'));
}
