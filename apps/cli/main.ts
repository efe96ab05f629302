import { readConfig } from '../config.ts';
import type { CliContext } from './context.ts';
import { runCli } from './run-cli.ts';

const controller = new AbortController();
let interruptions = 0;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    interruptions += 1;
    // The first asks for an orderly end; a second one means it.
    if (interruptions > 1) process.exit(130);
    controller.abort(new Error(signal));
  });
}
// `tinyfarm … | head` is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 74);
});

const makeContext = (): CliContext => ({
  config: readConfig(),
  signal: controller.signal,
  print: (line) => process.stdout.write(`${line}\n`),
  note: (line) => process.stderr.write(`${line}\n`),
  interactive: process.stderr.isTTY,
});

process.exitCode = await runCli(process.argv.slice(2), makeContext, controller.signal);
