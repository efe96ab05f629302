import { readdir, readFile } from 'node:fs/promises';

export interface FoundProcess {
  readonly pid: number;
  /** Program and arguments, separated by blanks. */
  readonly command: string;
}

/** The processes that run for a home folder: its server, and everything that was started by it. */
export async function processesOf(home: string): Promise<FoundProcess[]> {
  const found = await Promise.all(
    (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map((pid) => describe(Number(pid), home)),
  );
  return found.filter((each) => each !== undefined);
}

async function describe(pid: number, home: string): Promise<FoundProcess | undefined> {
  try {
    const environment = await readFile(`/proc/${pid}/environ`, 'latin1');
    if (!environment.split('\0').includes(`TINYFARM_HOME=${home}`)) return undefined;
    const words = (await readFile(`/proc/${pid}/cmdline`, 'latin1')).split('\0');
    return { pid, command: words.join(' ').trim() };
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}
