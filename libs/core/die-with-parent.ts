import { loadExeca } from './load-execa.ts';

export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
  /** Whether the launcher, and not the program, reported that there is no such program. */
  saysMissing(ended: { exitCode: number | undefined; stderr: string }): boolean;
}

let setprivWorks: Promise<boolean> | undefined;

/**
 * The command line that starts a program such that the kernel kills it when this process ends, even by SIGKILL.
 * setpriv (util-linux) replaces itself by the program, so the process id is the program's own. Where there is no
 * setpriv the command line is returned as it came.
 */
export async function dyingWithParent(file: string, args: readonly string[]): Promise<Launch> {
  setprivWorks ??= trySetpriv();
  if (!(await setprivWorks)) {
    return { file, args, saysMissing: () => false };
  }
  return {
    file: 'setpriv',
    args: ['--pdeathsig', 'KILL', '--', file, ...args],
    saysMissing: ({ exitCode, stderr }) =>
      exitCode === 127 && stderr.includes(`setpriv: failed to execute ${file}:`),
  };
}

async function trySetpriv(): Promise<boolean> {
  if (process.platform !== 'linux') {
    return false;
  }
  const { execa } = await loadExeca();
  const { failed } = await execa('setpriv', ['--pdeathsig', 'KILL', '--', 'true'], { reject: false });
  return !failed;
}
