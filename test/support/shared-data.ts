import { join } from 'node:path';

import { projectFolder } from './cli.ts';

/** Real networks and reference outputs that are not part of the project: in TINYFARM_DATA, or beside the project. */
export const dataFolder = process.env['TINYFARM_DATA'] ?? join(projectFolder, '../shared/data');
