import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { isFarmError, messageOf } from '#core';
import type { EntryCollector, EntryKind } from './entry-rules.ts';

/** APPNOTE 4.4.15: the upper half is the mode of Unix (sys/stat.h), 0 where the archive was made elsewhere. */
function kindOf(entry: Entry): EntryKind {
  const format = (entry.externalFileAttributes >>> 16) & 0o170000;
  if (format === 0o120000) {
    return 'a symbolic link';
  }
  if (format !== 0 && format !== 0o100000 && format !== 0o040000) {
    return 'a special file';
  }
  return entry.fileName.endsWith('/') ? 'folder' : 'file';
}

/** Reads a zip file. */
export async function readZip(place: string, collector: EntryCollector): Promise<void> {
  let zip: ZipFile | undefined;
  try {
    zip = await openPromise(place, { strictFileNames: true });
    for await (const entry of zip.eachEntry()) {
      await takeEntry(zip, entry, collector);
    }
  } catch (error) {
    // yauzl itself refuses names that lead outside.
    throw isFarmError(error) ? error : collector.error(`is refused: ${messageOf(error)}`, error);
  } finally {
    zip?.close();
  }
}

async function takeEntry(zip: ZipFile, entry: Entry, collector: EntryCollector): Promise<void> {
  const kind = kindOf(entry);
  const path = collector.admit(entry.fileName, kind);
  if (kind === 'folder') {
    return;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of await zip.openReadStreamPromise(entry)) {
    collector.count((chunk as Buffer).length);
    chunks.push(chunk as Buffer);
  }
  collector.add(path, Buffer.concat(chunks));
}
