import { lstat, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { FarmError } from '#core';
import type { GeneratedFile } from '#codegen';

/** A network of a megabyte of weights is some 8 MB of C. */
const maxFiles = 500;
const maxBytes = 256 * 1024 * 1024;

const kept = /\.[chS]$/;

/**
 * The C of an upstream `codegen/` folder: Include/ and Source/, read once, so that what is hashed is what is compiled.
 * Errors CANDIDATE_INVALID (no such folder, a symbolic link in it, too much of it), FILE_NOT_READABLE.
 */
export async function readCodegen(dir: string): Promise<GeneratedFile[]> {
  const files: GeneratedFile[] = [];
  let bytes = 0;
  for (const place of await filesBelow(dir)) {
    const content = await readFile(path.join(dir, place)).catch((cause: unknown) => {
      throw new FarmError('FILE_NOT_READABLE', `${path.join(dir, place)} could not be read`, { cause });
    });
    bytes += content.length;
    files.push({ path: place, content });
    if (files.length > maxFiles || bytes > maxBytes) {
      throw new FarmError(
        'CANDIDATE_INVALID',
        `${dir} holds more than ${maxFiles} files or ${maxBytes} bytes of C, expected generated code`,
      );
    }
  }
  for (const needed of ['Include/genModel.h', 'Source/genModel.c']) {
    if (!files.some((file) => file.path === needed)) {
      throw new FarmError(
        'CANDIDATE_INVALID',
        `${dir} has no ${needed}, expected a codegen folder of TinyEngine`,
      );
    }
  }
  return files;
}

async function filesBelow(dir: string): Promise<string[]> {
  const places: string[] = [];
  for (const folder of ['Include', 'Source']) {
    const top = path.join(dir, folder);
    const found = await lstat(top).catch(() => undefined);
    if (found?.isSymbolicLink() === true) {
      throw linkError(top);
    }
    if (found?.isDirectory() !== true) {
      throw new FarmError(
        'CANDIDATE_INVALID',
        `${dir} has no folder ${folder}, expected a codegen folder of TinyEngine`,
      );
    }
    for (const entry of await readdir(top, { withFileTypes: true, recursive: true })) {
      const place = path.join(entry.parentPath, entry.name);
      if (entry.isSymbolicLink()) {
        throw linkError(place);
      }
      if (entry.isFile() && kept.test(entry.name)) {
        places.push(path.relative(dir, place).replaceAll(path.sep, '/'));
      }
    }
  }
  return places.sort();
}

function linkError(place: string): FarmError {
  return new FarmError('CANDIDATE_INVALID', `${place} is a symbolic link, expected files and folders only`);
}
