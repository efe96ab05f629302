import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { run } from './run.mjs';

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
export async function build() {
  const wanted = stamp();
  if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === wanted) return true;
  console.error('setup: building');
  rmSync('dist', { recursive: true, force: true });
  // Each file by itself gives the same JavaScript; whether the types hold is asked by `npm run typecheck`.
  const words = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--noCheck'];
  if (!(await run(process.execPath, words, { stdout: 'inherit' }))) {
    console.error('setup: the build failed; the compiler said why above');
    return false;
  }
  mkdirSync('dist', { recursive: true });
  writeFileSync(stampPath, wanted);
  return true;
}
