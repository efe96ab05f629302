import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';

import { FarmError, messageOf } from '#core';
import type { StoredCandidate } from '#store';

import type { FarmClient } from './farm-client.ts';

/** Of candidates. */
export const uploadKinds = ['tflite', 'genotype', 'subnet', 'archive', 'elf', 'input'] as const;
export type UploadKind = (typeof uploadKinds)[number] | 'table';

/** Sends a file to the server, which keeps it by its content. Errors: FILE_NOT_READABLE, CANDIDATE_INVALID, the server's. */
export async function upload(client: FarmClient, path: string, kind?: UploadKind): Promise<StoredCandidate> {
  const bytes = await readUpload(path);
  const name = basename(path, extname(path)).slice(0, 200) || 'candidate';
  return client.send('candidates', { kind: kind ?? kindOf(bytes, path), name }, bytes);
}

/** Error FILE_NOT_READABLE. */
export async function readUpload(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new FarmError('FILE_NOT_READABLE', `${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/** By its first bytes, as the server checks them too. */
function kindOf(bytes: Buffer, path: string): UploadKind {
  if (bytes.subarray(4, 8).toString('latin1') === 'TFL3') return 'tflite';
  if (bytes.subarray(0, 4).toString('latin1') === '\x7fELF') return 'elf';
  if (bytes[0] === 0x1f || bytes.subarray(0, 2).toString() === 'PK' || isTar(bytes)) return 'archive';
  const json = parse(bytes);
  if (json !== undefined) return 'first_conv' in json ? 'subnet' : 'genotype';
  throw new FarmError(
    'CANDIDATE_INVALID',
    `${path} is neither a .tflite, an ELF, an archive nor JSON, expected one of them, or --kind`,
  );
}

function isTar(bytes: Buffer): boolean {
  return bytes.subarray(257, 262).toString('latin1') === 'ustar';
}

function parse(bytes: Buffer): object | undefined {
  try {
    const json: unknown = JSON.parse(bytes.toString());
    return typeof json === 'object' && json !== null ? json : undefined;
  } catch {
    return undefined;
  }
}
