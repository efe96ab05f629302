import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { execa } from 'execa';

const project = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const main = join(project, 'dist/apps/cli/main.js');

/** The compiled server in a process of its own, as it runs in a lab. */
export class ChildServer {
  readonly #child: ReturnType<typeof start>;
  /** Undefined when it ended before it listened. */
  readonly url: Promise<string | undefined>;

  /** Eight boards that measure nothing, unless told otherwise. */
  constructor(home: string, words = ['--emulated', 'none', '--simulated', '8', '--simulated-ms', '15']) {
    if (!existsSync(main)) throw new Error(`${main} is missing: run npm run build`);
    this.#child = start({ TINYFARM_HOME: home }, words);
    this.url = this.#listening();
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async ended(): Promise<{ exitCode: number | undefined; stderr: string }> {
    const { exitCode, stderr } = await this.#child;
    return { exitCode, stderr: stderr };
  }

  async #listening(): Promise<string | undefined> {
    let said = '';
    this.#child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    for (;;) {
      const found = /listening on (\S+)/.exec(said);
      if (found !== null) return found[1];
      const next = await Promise.race([
        once(this.#child.stdout, 'data'),
        once(this.#child.stdout, 'end').then(() => undefined),
      ]);
      if (next === undefined) return undefined;
    }
  }
}

function start(environment: Readonly<Record<string, string>>, words: readonly string[]) {
  return execa(process.execPath, [main, 'serve', '--port', '0', ...words], {
    cwd: project,
    reject: false,
    env: environment,
  });
}
