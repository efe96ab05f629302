import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { Parser, type ReadEntry } from 'tar';
import type { EntryCollector, EntryKind } from './entry-rules.ts';

const kinds: Readonly<Record<string, EntryKind>> = {
  File: 'file',
  OldFile: 'file',
  ContiguousFile: 'file',
  Directory: 'folder',
  GNUDumpDir: 'folder',
  SymbolicLink: 'a symbolic link',
  Link: 'a hard link',
};

/** Of headers and padding, for each entry. */
const overheadBytes = 4096;

/** Reads a tar file, compressed by gzip or not. Whatever is wrong with it ends the reading at once. */
export async function readTar(
  place: string,
  isCompressed: boolean,
  limits: { readonly maxFiles: number; readonly maxBytes: number },
  collector: EntryCollector,
): Promise<void> {
  let failure: unknown;
  const parser = new Parser({ strict: true });
  parser.on('entry', (entry: ReadEntry) => {
    try {
      take(entry, collector, (error) => (failure ??= error));
    } catch (error) {
      failure ??= error;
      entry.resume();
    }
  });
  parser.on('error', (error: Error) => (failure ??= collector.error('is no whole tar file', error)));
  const ended = new Promise<void>((resolve) => parser.on('end', () => resolve()));

  // What expands without end is made of headers where it is not made of files.
  let left = limits.maxBytes + limits.maxFiles * overheadBytes;
  const file = createReadStream(place);
  const source = isCompressed ? file.pipe(createGunzip()) : file;
  file.on('error', (error) => source.destroy(error));
  try {
    for await (const chunk of source) {
      left -= (chunk as Buffer).length;
      if (left < 0) {
        failure ??= collector.error(`unpacks to more than ${limits.maxBytes} bytes`);
      }
      if (failure !== undefined) {
        break;
      }
      parser.write(chunk as Buffer);
    }
  } catch (error) {
    failure ??= collector.error('is damaged', error);
  } finally {
    file.destroy();
  }
  if (failure === undefined) {
    parser.end();
    await ended;
  }
  if (failure !== undefined) {
    throw failure as Error;
  }
}

function take(entry: ReadEntry, collector: EntryCollector, fail: (error: unknown) => void): void {
  const kind = kinds[entry.type] ?? 'a special file';
  const path = collector.admit(entry.path, kind);
  if (kind === 'folder') {
    entry.resume();
    return;
  }
  const chunks: Buffer[] = [];
  entry.on('data', (chunk: Buffer) => {
    try {
      collector.count(chunk.length);
      chunks.push(Buffer.from(chunk));
    } catch (error) {
      fail(error);
    }
  });
  entry.on('end', () => {
    try {
      collector.add(path, Buffer.concat(chunks));
    } catch (error) {
      fail(error);
    }
  });
}
