import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { Cli, projectFolder, type CliResult } from '../../support/cli.ts';
import { realRenode, standInRenode, type RenodeUnderTest } from '../../support/renode-on-path.ts';
import { warmKernels } from '../../support/warm-kernels.ts';

const sentinel = join(projectFolder, 'examples/sentinel.json');
const pathOfTheHost = process.env['PATH'] ?? '';
let cli: Cli;
let renode: RenodeUnderTest;

beforeAll(async () => {
  cli = await Cli.create();
  await warmKernels(cli.path('home'), 'stm32f405');
  renode = await standInRenode();
});

afterAll(async () => {
  await cli.remove();
  await renode.remove();
});

const withRenode = (): { PATH: string } => ({ PATH: `${renode.binFolder}:${pathOfTheHost}` });

function measure(on: string, environment: Readonly<Record<string, string>> = {}): Promise<CliResult> {
  return cli.run(['measure', sentinel, '--target', 'stm32f405', '--on', on, '--json'], environment);
}

function recordOf(result: CliResult): { on: string; fidelity: string; chosen: string | undefined } {
  expect(result, result.stderr).toMatchObject({ exitCode: 0 });
  const { on, fidelity, provenance } = JSON.parse(result.stdout) as {
    on: string;
    fidelity: string;
    provenance: { tools: Record<string, string> };
  };
  return { on, fidelity, chosen: provenance.tools['chosen'] };
}

test('--on auto takes Renode where there is no board, and says why', async () => {
  const result = await measure('auto', withRenode());
  expect(recordOf(result)).toEqual({
    on: 'renode',
    fidelity: 'emulated',
    chosen: expect.stringMatching(/^there is no board list; Renode is there/) as string,
  });
  expect(result.stderr).toMatch(/^on renode \(emulated\): there is no board list/m);
});

test.skipIf(realRenode() !== undefined)('--on auto takes QEMU where there is neither', async () => {
  expect(recordOf(await measure('auto'))).toEqual({
    on: 'qemu',
    fidelity: 'emulated',
    chosen: 'there is no board list; there is no Renode on the PATH',
  });
});

test('a board list without such a board is passed over, one with a mistake is not', async () => {
  const list = cli.path('boards.yaml');
  await writeFile(list, 'boards: []\n');
  const result = await measure('auto', { ...withRenode(), TINYFARM_BOARDS: list });
  expect(recordOf(result).chosen).toMatch(/^the board list has no stm32f405; /);
  await writeFile(list, 'boards: 7\n');
  const refused = await measure('auto', { ...withRenode(), TINYFARM_BOARDS: list });
  expect(refused.exitCode).toBe(2);
  expect(refused.lastLine).toMatch(/boards\.yaml:1: boards: /);
});

test('doctor compares the emulators, and explains', async () => {
  const result = await cli.run(['doctor', '--compare-emulators', '--json'], withRenode());
  expect(result, result.stderr).toMatchObject({ exitCode: 0 });
  const found = JSON.parse(result.stdout) as {
    qemu: number;
    renode: number;
    isExplained: boolean;
    layers: unknown[];
  };
  expect(found.isExplained).toBe(true);
  expect(found.layers).toHaveLength(17);
  expect(Math.abs(found.qemu - found.renode)).toBeLessThanOrEqual(64);
});

test('--classes is QEMU’s', async () => {
  const result = await cli.run(
    ['measure', sentinel, '--target', 'stm32f405', '--on', 'renode', '--classes'],
    withRenode(),
  );
  expect(result.exitCode).toBe(2);
  expect(result.lastLine).toMatch(/--classes is given on renode, expected --on qemu/);
});
