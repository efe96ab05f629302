import { mkdir, open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FarmError } from '#core';
import { asSpaceError } from '../cache-dir.ts';
import { EntryCollector, type UnpackedFile, type UnpackLimits } from './entry-rules.ts';
import { readTar } from './read-tar.ts';
import { readZip } from './read-zip.ts';

/** Generated code of a big network has some 20 MB in some 30 files. All of it is held in memory until it is known to be good. */
const defaultLimits: UnpackLimits = { maxFiles: 1000, maxBytes: 128 * 1024 * 1024 };

/**
 * Reads an uploaded tar, tar.gz or zip file, told by its first bytes. Error CANDIDATE_INVALID where an entry lies outside
 * of the archive's folder, is a link or another special file, or comes twice, where there is too much, or where the file is
 * damaged or none of these; FILE_NOT_READABLE.
 */
export async function readArchive(
  place: string,
  limits: Partial<UnpackLimits> = {},
): Promise<UnpackedFile[]> {
  const all = { ...defaultLimits, ...limits };
  const collector = new EntryCollector(path.basename(place), all);
  switch (await formatOf(place)) {
    case 'zip':
      await readZip(place, collector);
      break;
    case 'gzip':
      await readTar(place, true, all, collector);
      break;
    case 'tar':
      await readTar(place, false, all, collector);
      break;
    case undefined:
      throw collector.error('is no tar, tar.gz or zip file');
  }
  return collector.files;
}

/** The same, written into a folder that is made for it; nothing is written unless the whole archive is good. */
export async function unpackArchive(
  place: string,
  dir: string,
  limits: Partial<UnpackLimits> = {},
): Promise<readonly string[]> {
  const files = await readArchive(place, limits);
  try {
    await mkdir(dir, { recursive: true });
    for (const file of files) {
      const to = path.join(dir, file.path);
      await mkdir(path.dirname(to), { recursive: true });
      await writeFile(to, file.content, { flag: 'wx' });
    }
  } catch (error) {
    throw asSpaceError(error, dir);
  }
  return files.map((file) => file.path);
}

async function formatOf(place: string): Promise<'zip' | 'gzip' | 'tar' | undefined> {
  const file = await open(place).catch((cause: unknown) => {
    throw new FarmError('FILE_NOT_READABLE', `${place} could not be read`, { cause });
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
    const head = buffer.subarray(0, bytesRead);
    if (head.subarray(0, 2).toString('latin1') === 'PK') {
      return 'zip';
    }
    if (head[0] === 0x1f && head[1] === 0x8b) {
      return 'gzip';
    }
    return head.subarray(257, 262).toString('latin1') === 'ustar' ? 'tar' : undefined;
  } finally {
    await file.close();
  }
}
