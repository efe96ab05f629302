import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const stampPath = 'dist/.stamp';
const inputs = ['apps', 'libs', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];

function* files(path) {
  if (!statSync(path).isDirectory()) yield path;
  else for (const name of readdirSync(path).sort()) yield* files(join(path, name));
}

function stamp() {
  const hash = createHash('sha256');
  for (const input of inputs) {
    for (const path of files(input)) hash.update(path).update('\0').update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex');
}

/** Compiles the TypeScript into dist/ when it has changed since it was compiled last. */
export function build() {
  const wanted = stamp();
  if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === wanted) return true;
  console.error('setup: building');
  rmSync('dist', { recursive: true, force: true });
  const result = spawnSync(
    process.execPath,
    ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  if (result.status !== 0) {
    console.error('setup: the build failed; the compiler said why above');
    return false;
  }
  mkdirSync('dist', { recursive: true });
  writeFileSync(stampPath, wanted);
  return true;
}
