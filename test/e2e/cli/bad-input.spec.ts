import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { Cli, projectFolder } from '../../support/cli.ts';
import { warmKernels } from '../../support/warm-kernels.ts';

const in0 = join(projectFolder, 'examples/in0.json');
const vww = join(projectFolder, 'examples/vww.json');
let cli: Cli;

beforeAll(async () => {
  cli = await Cli.create();
  await warmKernels(cli.path('home'), 'mps2-an386', 'stm32f405');
});

afterAll(async () => {
  await cli.remove();
});

/** One line on stderr that matches, this exit code, and nothing on stdout. */
async function expectRefused(
  words: readonly string[],
  exitCode: number,
  line: RegExp,
  environment = {},
): Promise<void> {
  const result = await cli.run(words, environment);
  expect(result.lastLine).toMatch(line);
  expect(result.lastLine).toMatch(/^tinyfarm: .+ \[[A-Z_]+\]$/);
  expect(result.exitCode).toBe(exitCode);
  expect(result.stdout).toBe('');
}

async function file(name: string, content: string): Promise<string> {
  const path = cli.path(name);
  await writeFile(path, content);
  return path;
}

function subnet(change: (blocks: { mobile_inverted_conv: Record<string, unknown> }[]) => void): string {
  const conv = (inChannels: number, outChannels: number, stride: number): Record<string, unknown> => ({
    name: 'MBInvertedConvLayer',
    in_channels: inChannels,
    out_channels: outChannels,
    kernel_size: 3,
    stride,
    expand_ratio: 2,
    mid_channels: null,
    act_func: 'relu6',
    use_se: false,
  });
  const blocks = [
    { name: 'MobileInvertedResidualBlock', mobile_inverted_conv: conv(8, 8, 1), shortcut: null },
    { name: 'MobileInvertedResidualBlock', mobile_inverted_conv: conv(8, 16, 2), shortcut: null },
  ];
  change(blocks);
  return JSON.stringify({
    name: 'ProxylessNASNets',
    first_conv: {
      name: 'ConvLayer',
      kernel_size: 3,
      stride: 2,
      in_channels: 3,
      out_channels: 8,
      act_func: 'relu6',
    },
    blocks,
    feature_mix_layer: null,
    classifier: { name: 'LinearLayer', in_features: 16, out_features: 10, bias: true },
    resolution: 16,
  });
}

test('the subnet that the others are broken versions of is measured', async () => {
  const path = await file(
    'good.json',
    subnet(() => {}),
  );
  const result = await cli.run(['measure', path, '--target', 'mps2-an386']);
  expect(result, result.stderr).toMatchObject({ exitCode: 0 });
});

test('a subnet with impossible channels is refused, naming the block and both numbers', async () => {
  const path = await file(
    'channels.json',
    subnet((blocks) => {
      blocks[1]!.mobile_inverted_conv['in_channels'] = 12;
    }),
  );
  await expectRefused(['measure', path, '--target', 'mps2-an386'], 3, /channels\.json.*blocks\[1\].*12.*8/);
});

test('a truncated JSON is refused', async () => {
  const whole = await readFile(in0, 'utf8');
  const path = await file('truncated.json', whole.slice(0, whole.length / 2));
  await expectRefused(['measure', path, '--target', 'mps2-an386'], 3, /truncated\.json.*JSON/);
});

test('an unknown target is refused, with the known ones', async () => {
  await expectRefused(['measure', in0, '--target', 'z80'], 2, /z80.*mps2-an386/);
});

test('a missing candidate is named', async () => {
  await expectRefused(['measure', cli.path('nowhere.json'), '--target', 'mps2-an386'], 2, /nowhere\.json/);
});

test('an unknown device is refused', async () => {
  await expectRefused(['measure', in0, '--target', 'mps2-an386', '--on', 'paper'], 2, /paper/);
});

test('an option that is no number is refused', async () => {
  await expectRefused(
    ['measure', in0, '--target', 'mps2-an386', '--repeats', 'many'],
    2,
    /--repeats is 'many'/,
  );
});

test('no command at all is answered with the help', async () => {
  const { exitCode, stderr } = await cli.run([]);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^Usage: tinyfarm/);
  expect(stderr).toMatch(/measure/);
});

test('an unknown command is refused', async () => {
  await expectRefused(['meazure'], 2, /meazure/);
});

test('an input of the wrong length is refused with both lengths', async () => {
  const input = await file('short.bin', 'abc');
  await expectRefused(
    ['measure', in0, '--target', 'mps2-an386', '--input', input],
    3,
    /short\.bin has 3 bytes, expected 6912/,
  );
});

test('no compiler: says what is missing and what to do', async () => {
  await mkdir(cli.path('empty'), { recursive: true });
  const path = cli.path('empty');
  await expectRefused(['measure', in0, '--target', 'mps2-an386'], 6, /arm-none-eabi-gcc.*doctor/, {
    PATH: path,
  });
  const doctor = await cli.run(['doctor'], { PATH: path });
  expect(doctor.exitCode).toBe(6);
  expect(doctor.lastLine).toMatch(/missing: .*arm-none-eabi-gcc.*apt-get install gcc-arm-none-eabi/);
});

test('a network that does not fit is refused with the numbers, before anything runs', async () => {
  const large = JSON.parse(await readFile(vww, 'utf8')) as Record<string, unknown>;
  const path = await file('large.json', JSON.stringify({ ...large, resolution: 224 }));
  await expectRefused(['measure', path, '--target', 'stm32f405'], 4, /SRAM.*\d+.*131072/);
});

test('with --json a failure is a document too', async () => {
  const result = await cli.run(['measure', cli.path('nowhere.json'), '--target', 'mps2-an386', '--json']);
  expect(result.exitCode).toBe(2);
  expect(JSON.parse(result.stdout)).toMatchObject({
    status: 'failed',
    code: 'FILE_NOT_READABLE',
    exitCode: 2,
  });
});

test('a home that cannot be written is named', async () => {
  const home = await file('a-file', 'not a folder');
  await expectRefused(['results'], 6, /a-file.*could not be opened/, { TINYFARM_HOME: home });
});
