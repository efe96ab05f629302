import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The installation's own folder: the one that holds package.json and firmware/, from source and from dist/ alike. */
export const projectFolder = findProjectFolder(dirname(fileURLToPath(import.meta.url)));

export const firmwareFolder = join(projectFolder, 'firmware');

/** The fixed workload that tells whether a board still measures as it used to. */
export const sentinelPath = join(projectFolder, 'examples', 'sentinel.json');

export const tinyfarmVersion = (
  JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as { version: string }
).version;

function findProjectFolder(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json')) && existsSync(join(folder, 'firmware'))) return folder;
    if (folder === dirname(folder)) throw new Error(`no tinyfarm installation around ${start}`);
  }
}
