import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { execa } from 'execa';

export const projectFolder = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

export interface CliResult {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** The last line of stderr: the one that says what went wrong. */
  readonly lastLine: string;
}

export interface RunningCli {
  /** What it has said on stderr so far. */
  stderr(): string;
  /** What it has printed so far. */
  stdout(): string;
  /** To its stdin, where it was started with one. */
  write(text: string): void;
  kill(signal: NodeJS.Signals): void;
  readonly result: Promise<CliResult>;
}

/** The compiled command line, run as a user runs it, with a home of its own. */
export class Cli {
  readonly folder: string;
  readonly #environment: Readonly<Record<string, string>>;

  private constructor(folder: string, environment: Readonly<Record<string, string>>) {
    this.folder = folder;
    this.#environment = environment;
  }

  static async create(environment: Readonly<Record<string, string>> = {}): Promise<Cli> {
    const folder = await mkdtemp(join(tmpdir(), 'tinyfarm-cli-'));
    return new Cli(folder, { TINYFARM_HOME: join(folder, 'home'), ...environment });
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  run(words: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<CliResult> {
    return this.start(words, environment).result;
  }

  /** Starts a command without waiting for it. */
  start(
    words: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    { stdin = 'ignore', deadlineMs = 120_000 }: { stdin?: 'ignore' | 'pipe'; deadlineMs?: number } = {},
  ): RunningCli {
    const child = execa(process.execPath, [join(projectFolder, 'bin/tinyfarm.js'), ...words], {
      cwd: this.folder,
      reject: false,
      stdin,
      timeout: deadlineMs,
      env: { ...this.#environment, ...environment },
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
    return {
      stderr: () => said,
      stdout: () => printed,
      write: (text) => void child.stdin?.write(text),
      kill: (signal) => child.kill(signal),
      result: child.then(({ exitCode, stdout, stderr }) => ({
        exitCode,
        stdout,
        stderr,
        lastLine: stderr.trim().split('\n').at(-1) ?? '',
      })),
    };
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
