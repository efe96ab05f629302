import { spawn } from 'node:child_process';

/** Runs a program whose complaints are shown, and its output where `stdout` is 'inherit'. Returns whether it ended well. */
export function run(file, words, { stdout = 'ignore', env = process.env } = {}) {
  return new Promise((resolve) => {
    const child = spawn(file, words, { stdio: ['ignore', stdout, 'inherit'], env });
    child.on('error', (error) => {
      console.error(`setup: ${file} could not be started (${error.message})`);
      resolve(false);
    });
    child.on('exit', (status) => resolve(status === 0));
  });
}
