import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const stampPath = 'node_modules/.tinyfarm-stamp';

/** Runs `npm ci` when the lock file is not the one that was installed. */
export function installModules() {
  const wanted = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
  if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === wanted) return true;
  console.error('setup: installing the npm packages (better-sqlite3 may be compiled: about 90 s, once)');
  // npm hands its own settings down by environment variables, and would warn of them in a nested run.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_config_/i.test(name)));
  const result = spawnSync('npm', ['ci', '--no-audit', '--loglevel=error'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env,
  });
  if (result.status !== 0) {
    console.error("setup: 'npm ci' failed; see the lines above, then try again");
    return false;
  }
  writeFileSync(stampPath, wanted);
  return true;
}
