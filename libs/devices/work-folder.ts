import { readlinkSync } from 'node:fs';
import { mkdtemp, readFile, readdir, readlink, rm } from 'node:fs/promises';
import path from 'node:path';

const pattern = /^tinyfarm-(?:qemu|renode)-(\d+)-(\d+)-/;

/** Where an emulator that hides behind a launcher writes its process id. */
export const pidFileName = 'pid';

/** Process ids mean something only in the same namespace; a temporary folder may be shared by containers. */
function pidNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  } catch {
    return '0';
  }
}

/** A private folder under `parent`, whose name tells whose it is. */
export function makeWorkFolder(parent: string, kind: 'qemu' | 'renode'): Promise<string> {
  return mkdtemp(path.join(parent, `tinyfarm-${kind}-${process.pid}-${pidNamespace()}-`));
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
  await Promise.allSettled(
    left.map(async (name) => {
      await killOwnerOf(path.join(parent, name));
      await rm(path.join(parent, name), { recursive: true, force: true });
    }),
  );
  return left;
}

/**
 * Kills the emulator that works in a folder, where the kernel did not: behind a launcher that is a script it does not
 * die with this process. A process id may have been taken over by another program, which works elsewhere.
 */
export async function killOwnerOf(folder: string): Promise<void> {
  const pid = Number(await readFile(path.join(folder, pidFileName), 'utf8').catch(() => ''));
  const place = pid > 0 ? await readlink(`/proc/${pid}/cwd`).catch(() => '') : '';
  if (place === folder) {
    process.kill(pid, 'SIGKILL');
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
