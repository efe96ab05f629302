// Brings a fresh clone to where everything runs: Debian packages, npm packages, build. Quick when nothing is to be done.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

import { buildPlugin } from './setup/build-plugin.mjs';
import { build } from './setup/build.mjs';
import { installModules } from './setup/install-modules.mjs';
import { installPrograms } from './setup/install-programs.mjs';

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));

const developer = process.argv.includes('--developer');
const done = installPrograms({ developer }) && installModules() && build();
if (done) await buildPlugin();
process.exit(done ? 0 : 6);
