// Brings a fresh clone to where everything runs: Debian packages, npm packages, build. Quick when nothing is to be done.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

import { buildPlugin } from './setup/build-plugin.mjs';
import { build } from './setup/build.mjs';
import { compileModules, unpackModules } from './setup/install-modules.mjs';
import { installPrograms } from './setup/install-programs.mjs';

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));

const developer = process.argv.includes('--developer');

/** Whether all went well; what went wrong has said so. */
async function all(...steps) {
  return (await Promise.all(steps)).every(Boolean);
}

// Each takes one core, so that two at once take as long as the longer one.
let done = await all(installPrograms({ developer }), unpackModules());
if (!process.argv.includes('--packages')) {
  done = done && (await all(compileModules(), build()));
  if (done) await buildPlugin();
}
process.exit(done ? 0 : 6);
