// A stand-in for Renode 1.16.1 as far as a driver sees it: its command line, its monitor over pipes, its refusals, its
// pty and its log. Behind it runs the real QEMU, whose ticks are turned into Renode's.
import { writeFileSync } from 'node:fs';
import process from 'node:process';

import { Emulation } from './emulation.mjs';

const args = process.argv.slice(2);
const version = process.env.FAKE_RENODE_VERSION ?? '1.16.1.20741';
if (args.includes('--version')) {
  process.stdout.write(`Renode v${version}\n`);
  process.exit(0);
}
const known = new Set(['--disable-xwt', '--plain', '--hide-log', '--console', '--pid-file', '--config']);
const pidFile = args.includes('--pid-file') ? args[args.indexOf('--pid-file') + 1] : undefined;
const unknown = args.find((word) => word.startsWith('-') && !known.has(word));
if (unknown !== undefined || !args.includes('--console')) {
  process.stdout.write(`ERROR: ${unknown ?? 'this stand-in has no monitor on a port'}\n`);
  process.exit(0);
}
if (!args.includes('--disable-xwt')) {
  process.stderr.write('Unhandled exception: cannot open display\n');
  process.exit(134);
}
if (pidFile !== undefined) writeFileSync(pidFile, String(process.pid));

const emulation = new Emulation({
  version: `Renode v${version}`,
  folder: process.cwd(),
  environment: process.env,
});
const write = (text) => process.stdout.write(text.replaceAll('\n', '\n\r'));
const prompt = () => write(`(${emulation.machine ?? 'monitor'}) `);

write(`Renode, version ${version} (0000000-000000000000)\n\n`);
prompt();

let pending = '';
let busy = Promise.resolve();
process.stdin.on('data', (chunk) => {
  pending += chunk;
  for (let end = pending.indexOf('\n'); end >= 0; end = pending.indexOf('\n')) {
    const line = pending.slice(0, end);
    pending = pending.slice(end + 1);
    busy = busy.then(() => obey(line));
  }
});

async function obey(line) {
  write(`${line}\n`);
  if (process.env.FAKE_RENODE_DEAF === line.split(' ')[0]) await new Promise(() => {});
  if (line.trim() === 'quit') {
    await emulation.quit();
    process.exit(0);
  }
  // Whatever goes wrong is told in the text, and ends the rest of a script.
  const answer = await emulation.execute(line).catch((error) => error.message);
  if (answer !== '') write(`${answer}\n`);
  prompt();
}

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    emulation.abandon();
    process.exit(0);
  });
}
process.on('exit', () => emulation.abandon());
