import { writeFile } from 'node:fs/promises';

import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import { formatGenotype, type Genotype } from '#network';

import { Cli } from '../../support/cli.ts';
import { LabServer } from './lab-server.ts';

const path = 'models/mps2-an386/emulated';
let lab: LabServer;
let cli: Cli;

beforeAll(async () => {
  lab = await LabServer.start('--emulated', 'mps2-an386=1');
  cli = await Cli.create();
});

afterAll(async () => {
  await lab.stop();
  await cli.remove();
});

function genotype(index: number): Genotype {
  return {
    name: `small-${index}`,
    resolution: [12 + 4 * index, 16],
    inputChannels: 3,
    classes: 2 + index,
    stem: { kernel: 3, stride: 2, channels: 8 },
    blocks: [{ kernel: 3, stride: 1, expansion: 2, channels: 8 }],
    seed: index,
  };
}

async function newest(): Promise<{ version: number; rows: number }> {
  const { items } = await lab.get<{ items: { version: number; rows: number }[] }>(path);
  return items[0] ?? { version: 0, rows: 0 };
}

test(
  'a server fits its model by itself, and takes the batch that would teach it most',
  { timeout: 600_000 },
  async () => {
    const files = [0, 1, 2].map((index) =>
      new TextEncoder().encode(JSON.stringify(formatGenotype(genotype(index)))),
    );
    const jobs = [];
    for (const file of files) jobs.push(await lab.submit(file));
    for (const job of jobs) expect((await lab.ended(job)).job.state).toBe('succeeded');
    await vi.waitUntil(async () => (await newest()).version > 0, { timeout: 200_000, interval: 500 });
    const before = await newest();

    const pool = [cli.path('three.json'), cli.path('four.json')];
    await writeFile(pool[0]!, JSON.stringify(formatGenotype(genotype(3))));
    await writeFile(pool[1]!, JSON.stringify(formatGenotype(genotype(4))));
    const words = [
      '--target',
      'mps2-an386',
      '--server',
      lab.url,
      '--budget',
      '1',
      '--json',
      '--pool',
      ...pool,
    ];
    const improved = await cli.run(['model', 'improve', ...words]);
    expect(improved, improved.stderr).toMatchObject({ exitCode: 0 });
    const { batch, jobs: queued } = JSON.parse(improved.stdout) as { batch: string; jobs: string[] };
    expect(batch).toMatch(/^b/);
    expect((await lab.ended(queued[0]!)).job.state).toBe('succeeded');
    await vi.waitUntil(async () => (await newest()).version > before.version, {
      timeout: 200_000,
      interval: 500,
    });
    expect((await newest()).rows).toBe(before.rows + 1);
  },
);
