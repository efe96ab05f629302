import { readlinkSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';

const prefix = 'tinyfarm-qemu-';
const pattern = /^tinyfarm-qemu-(\d+)-(\d+)-/;

/** Process ids mean something only in the same namespace; a temporary folder may be shared by containers. */
function pidNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  } catch {
    return '0';
  }
}

/** A private folder under `parent`, whose name tells whose it is. */
export function makeWorkFolder(parent: string): Promise<string> {
  return mkdtemp(path.join(parent, `${prefix}${process.pid}-${pidNamespace()}-`));
}

const swept = new Map<string, Promise<string[]>>();

/** Removes what killed processes left under `parent`; once in the life of this process. */
export async function sweepOnce(parent: string): Promise<void> {
  const sweeping = swept.get(parent) ?? sweepWorkFolders(parent);
  swept.set(parent, sweeping);
  await sweeping;
}

/** Removes the folders of processes that are gone; returns their names. Folders of others' are left alone. */
export async function sweepWorkFolders(parent: string): Promise<string[]> {
  const namespace = pidNamespace();
  const names = await readdir(parent).catch(() => []);
  const left = names.filter((name) => {
    const [, pid, owner] = pattern.exec(name) ?? [];
    return pid !== undefined && owner === namespace && !isRunning(Number(pid));
  });
  // Another process may sweep at the same time, and another user's folder cannot be removed: neither matters here.
  await Promise.allSettled(left.map((name) => rm(path.join(parent, name), { recursive: true, force: true })));
  return left;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
