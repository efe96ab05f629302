import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { provideClassPlugin } from '#devices';

import { projectFolder } from './cli.ts';

const script = fileURLToPath(new URL('fake-renode/fake-renode.mjs', import.meta.url));

/** Which Renode the specs run against. */
export interface RenodeUnderTest {
  readonly kind: 'stand-in' | 'real';
  /** What a command line's `renode` is. */
  readonly program: string;
  /** To be put in front of PATH. */
  readonly binFolder: string;
  readonly remove: () => Promise<void>;
}

/** The stand-in as an executable `renode`, in a folder with a space in its name. */
export async function standInRenode(
  settings: Readonly<Record<string, string>> = {},
): Promise<RenodeUnderTest> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tinyfarm stand-in-'));
  const plugin = await provideClassPlugin({
    sourceDir: path.join(projectFolder, 'firmware/tools/instruction-classes'),
    cacheDir: path.join(tmpdir(), 'tinyfarm-test-plugins'),
  });
  const binFolder = path.join(folder, 'bin');
  await mkdir(binFolder);
  const program = path.join(binFolder, 'renode');
  const exports = Object.entries({ FAKE_RENODE_PLUGIN: plugin, ...settings }).map(
    ([name, value]) => `export ${name}='${value}'`,
  );
  await writeFile(program, `#!/bin/sh\n${exports.join('\n')}\nexec '${process.execPath}' '${script}' "$@"\n`);
  await chmod(program, 0o755);
  return { kind: 'stand-in', program, binFolder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** The real one, where there is one on PATH. */
export function realRenode(): string | undefined {
  try {
    return execFileSync('sh', ['-c', 'command -v renode'], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}
