import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { programs } from './programs.mjs';
import { run } from './run.mjs';

function onPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Debian keeps PostgreSQL's programs beside each other by version, off the path. */
function inVersions(folder, program) {
  if (!existsSync(folder)) return false;
  return readdirSync(folder).some((version) => existsSync(join(folder, version, 'bin', program)));
}

function isThere(entry) {
  if (entry.folders !== undefined) return inVersions(entry.folders, entry.program);
  return entry.program === undefined ? existsSync(entry.file) : onPath(entry.program);
}

function missing({ developer }) {
  return programs.filter((entry) => (developer || entry.developer !== true) && !isThere(entry));
}

/** How to become root without asking anybody: as root, through a password-less sudo, or not at all. */
function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  if (onPath('sudo') && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0)
    return ['sudo', '-n'];
  return undefined;
}

/** Installs the Debian packages that are missing, saying what and why. Returns false, with a line, where it cannot. */
export async function installPrograms({ developer }) {
  const lacking = missing({ developer });
  if (lacking.length === 0) return true;
  const names = lacking.map((entry) => entry.package);
  for (const entry of lacking) console.error(`setup: ${entry.package} is missing: it ${entry.why}`);
  const command = `apt-get install -y --no-install-recommends ${names.join(' ')}`;
  if (!onPath('apt-get')) {
    console.error(`setup: this is not a Debian system; install by its own means: ${names.join(', ')}`);
    return false;
  }
  const prefix = rootPrefix();
  if (prefix === undefined) {
    console.error(`setup: this user may not install packages; run as root, then try again: ${command}`);
    return false;
  }
  const apt = (...words) => {
    const [file, ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...words];
    return run(file, rest);
  };
  console.error(`setup: installing ${names.join(', ')}`);
  const installed =
    (await apt('update', '-qq')) && (await apt('install', '-y', '-qq', '--no-install-recommends', ...names));
  if (!installed) {
    console.error(`setup: '${command}' failed; install these packages by hand, then try again`);
    return false;
  }
  const still = missing({ developer }).map((entry) => entry.package);
  if (still.length > 0) console.error(`setup: still missing after the installation: ${still.join(', ')}`);
  return still.length === 0;
}
