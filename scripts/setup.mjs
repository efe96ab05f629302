// Brings a fresh clone to where everything runs: Debian packages, npm packages, build. Quick when nothing is to be done.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from './setup/build.mjs';
import { installModules } from './setup/install-modules.mjs';
import { installPrograms } from './setup/install-programs.mjs';

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));

const developer = process.argv.includes('--developer');
const done = installPrograms({ developer }) && installModules() && build();
process.exit(done ? 0 : 6);
