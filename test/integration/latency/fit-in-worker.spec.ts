import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { fitModel } from '#latency';
import { syntheticRows } from '../../../libs/latency/testing/synthetic-rows.ts';

const project = join(import.meta.dirname, '../../..');
const isBuilt = existsSync(join(project, 'dist/libs/latency/model/fit-worker.js'));

/** Node runs no TypeScript, so that a thread can only be started from compiled code. */
async function inCompiledCode(body: string, rows: unknown): Promise<string> {
  const read = 'JSON.parse(await new Response(process.stdin).text())';
  const script = `import { fitInWorker } from '#latency'; const rows = ${read}; ${body}`;
  const options = { cwd: project, input: JSON.stringify(rows) };
  const { stdout } = await execa('node', ['--input-type=module', '--eval', script], options);
  return stdout;
}

test('a fit in a thread of its own gives the same bits, and leaves the event loop free', async (context) => {
  if (!isBuilt) context.skip('dist/ is not built');
  const rows = syntheticRows({ seed: 14, count: 12 });
  const answer = await inCompiledCode(
    `let ticks = 0; const timer = setInterval(() => ticks++, 1);
     const { model } = await fitInWorker(rows); clearInterval(timer);
     console.log(JSON.stringify({ model, ticks }));`,
    rows,
  );
  const { model, ticks } = JSON.parse(answer) as { model: unknown; ticks: number };
  expect(JSON.stringify(model)).toBe(JSON.stringify(fitModel(rows).model));
  expect(ticks).toBeGreaterThan(10);
});

test('an error in the thread arrives with its code', async (context) => {
  if (!isBuilt) context.skip('dist/ is not built');
  const answer = await inCompiledCode(
    `await fitInWorker(rows).catch((error) => console.log(error.code, error.message));`,
    syntheticRows({ seed: 14, count: 2 }),
  );
  expect(answer).toBe('MODEL_TOO_FEW_ROWS a model of 2 measurements, expected at least 3');
});

test('a fit that is interrupted ends, and says so', async (context) => {
  if (!isBuilt) context.skip('dist/ is not built');
  const answer = await inCompiledCode(
    `const stop = new AbortController(); setTimeout(() => stop.abort(), 1);
     await fitInWorker(rows, { signal: stop.signal }).catch((error) => console.log(error.code));`,
    syntheticRows({ seed: 14, count: 60 }),
  );
  expect(answer).toBe('INTERRUPTED');
});
