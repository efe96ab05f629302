import { existsSync } from 'node:fs';
import path from 'node:path';

export interface SandboxLimits {
  readonly cpuSeconds: number;
  /** Of each program. */
  readonly memoryBytes: number;
  /** Of each file that is written. */
  readonly fileBytes: number;
}

/** What a program sees besides the toolchain; all of it at its own place. */
export interface SandboxView {
  readonly readOnly: readonly string[];
  readonly writable: readonly string[];
}

/**
 * A compiler needs no more of a Debian system; what a host lacks of it is left out. The alternatives are links, one of
 * which leads from the compiler to its C library.
 */
const systemFolders = [
  '/usr/bin',
  '/usr/lib',
  '/usr/lib64',
  '/usr/arm-none-eabi',
  '/usr/include/newlib',
  '/etc/alternatives',
];
/** On systems without merged /usr these are folders of their own. */
const rootFolders = ['/bin', '/lib', '/lib64'];
const temporaryBytes = 512 * 1024 * 1024;

export interface SandboxCommand extends SandboxView {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly limits: SandboxLimits;
}

/**
 * The arguments of bwrap (bubblewrap 0.8) and, inside of it, of prlimit (util-linux): no network, no process of the
 * host, no environment, no file but those named.
 */
export function bwrapArguments(command: SandboxCommand): string[] {
  const { file, args, cwd, env, limits } = command;
  const folders = [...systemFolders, ...rootFolders, ...compilerFolders(file)];
  return [
    '--unshare-all',
    '--die-with-parent',
    '--new-session',
    '--clearenv',
    ...Object.entries({ PATH: pathOf(file), TMPDIR: '/tmp', ...env }).flatMap(([name, value]) => [
      '--setenv',
      name,
      value,
    ]),
    ...folders.flatMap((folder) => ['--ro-bind-try', folder, folder]),
    '--dev',
    '/dev',
    '--size',
    String(temporaryBytes),
    '--tmpfs',
    '/tmp',
    ...command.readOnly.flatMap((place) => ['--ro-bind', place, place]),
    ...command.writable.flatMap((place) => ['--bind', place, place]),
    '--chdir',
    cwd,
    '--',
    'prlimit',
    `--cpu=${limits.cpuSeconds}`,
    `--as=${limits.memoryBytes}`,
    `--fsize=${limits.fileBytes}`,
    '--core=0',
    '--',
    file,
    ...args,
  ];
}

/** A compiler that is no part of the system lives in a folder with bin/ and lib/. */
function compilerFolders(file: string): string[] {
  if (!path.isAbsolute(file) || !existsSync(file)) {
    return [];
  }
  return [path.dirname(path.dirname(file))].filter((folder) => folder !== '/' && folder !== '/usr');
}

function pathOf(file: string): string {
  return [...compilerFolders(file).map((folder) => path.join(folder, 'bin')), '/usr/bin', '/bin'].join(':');
}
