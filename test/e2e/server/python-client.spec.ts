import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { TrialServer } from './trial-server.ts';

const script = join(dirname(fileURLToPath(import.meta.url)), '../../../examples/python/submit_and_wait.py');
let server: TrialServer;

beforeAll(async () => {
  server = await TrialServer.start();
});

afterAll(async () => {
  await server.stop();
});

test('the Python example submits a network and prints its measurement', async () => {
  const path = join(server.folder, 'net.tflite');
  await writeFile(path, '\0\0\0\0TFL3 from python');
  const { stdout, stderr } = await execa('python3', [script, path, '--target', 'simulated'], {
    env: { TINYFARM_URL: server.url },
  });
  expect(stdout).toMatch(/^net\.tflite on simulated-\d: 1000000 instructions$/);
  expect(stderr).toContain('job.ended');
});

test('the Python example says what the server says', async () => {
  const path = join(server.folder, 'net.tflite');
  await writeFile(path, '\0\0\0\0TFL3 from python');
  const { stderr, exitCode } = await execa('python3', [script, path, '--target', 'nrf52'], {
    env: { TINYFARM_URL: server.url },
    reject: false,
  });
  expect(exitCode).toBe(1);
  expect(stderr).toContain('no board has target nrf52');
  expect(stderr).toContain('[BOARD_UNKNOWN]');
});
