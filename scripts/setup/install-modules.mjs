import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

import { run } from './run.mjs';

const unpackedStamp = 'node_modules/.tinyfarm-unpacked';
const compiledStamp = 'node_modules/.tinyfarm-stamp';

const wantedStamp = () => createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');

const isStamped = (path) => existsSync(path) && readFileSync(path, 'utf8') === wantedStamp();

async function npm(stampPath, ...words) {
  // npm hands its own settings down by environment variables, and would warn of them in a nested run.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_config_/i.test(name)));
  const done = await run('npm', [...words, '--loglevel=error'], { env });
  if (done) writeFileSync(stampPath, wantedStamp());
  else console.error(`setup: 'npm ${words[0]}' failed; see the lines above, then try again`);
  return done;
}

/** Runs `npm ci` when the lock file is not the one that was installed; what is native is left to `compileModules`. */
export async function unpackModules() {
  if (isStamped(unpackedStamp) || isStamped(compiledStamp)) return true;
  console.error('setup: installing the npm packages');
  return npm(unpackedStamp, 'ci', '--no-audit', '--ignore-scripts');
}

/** Fetches or compiles the native parts of the packages, which neither the compiler nor the linter needs. */
export async function compileModules() {
  if (isStamped(compiledStamp)) return true;
  console.error('setup: native parts of npm packages (better-sqlite3 may be compiled: about 90 s, once)');
  // The programs in .bin are in use by then.
  return npm(compiledStamp, 'rebuild', '--no-bin-links');
}
