import { mkdtemp, rm, symlink, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededBytes, systemClock } from '#core';
import { createQemuDevice } from '#devices';
import { measureOn, type MeasureOptions, type MeasureOutcome } from '#measurement';
import { findTarget } from '#targets';
import { buildTinyEngine, type ForeignImage, type TinyEngineRequest } from '#toolchain';
import {
  cmsisFiles,
  codegenFiles,
  codegenOutput,
  engineFiles,
  writeTree,
  type CodegenOptions,
} from './tiny-engine.ts';

const target = findTarget('mps2-an500');
const cacheDir = path.resolve('node_modules/.cache/tinyfarm-tests');
const clock = systemClock;
let dir: string;
let folders = 0;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tinyfarm-foreign-test-'));
  await writeTree(path.join(dir, 'engine'), engineFiles);
  await writeTree(path.join(dir, 'cmsis'), cmsisFiles);
});

afterAll(() => rm(dir, { recursive: true }));

async function build(
  options: CodegenOptions = {},
  request: Partial<TinyEngineRequest> = {},
): Promise<ForeignImage> {
  const codegenDir = path.join(dir, `codegen${folders++}`);
  await writeTree(codegenDir, codegenFiles(options));
  return buildTinyEngine(
    {
      codegenDir,
      tinyenginePath: path.join(dir, 'engine'),
      cmsisPath: path.join(dir, 'cmsis'),
      name: 'foreign',
      target,
      ...request,
    },
    { cacheDir },
  );
}

async function measure(
  { image, codeHash }: ForeignImage,
  options: Partial<MeasureOptions> = {},
): Promise<MeasureOutcome> {
  const device = createQemuDevice({ target, clock, workDir: dir });
  return measureOn(device, image, {
    candidate: { name: 'foreign', hash: codeHash },
    input: { seed: 4 },
    clock,
    ...options,
  });
}

describe('code of upstream’s generator', () => {
  it('runs, and gives the output that its kernels compute', async () => {
    const foreign = await build();
    const { measurement, output } = await measure(foreign, { expected: codegenOutput(seededBytes(48, 4)) });
    expect(output).toEqual(codegenOutput(seededBytes(48, 4)));
    expect(measurement).toMatchObject({
      status: 'accepted',
      macs: 16 * 15,
      sram: {
        planned: { arenaBytes: 400, inputBytes: 48, inputInArena: true },
        // The output ends at 180; sbuf is never touched.
        measured: { arenaBytes: 180 },
      },
      output: { bytes: 80, checked: true },
    });
    expect(measurement.flash.weightBytes).toBeGreaterThanOrEqual(15 + 20);
    expect(measurement.flash.weightBytes).toBeLessThan(80);
  });

  it('is accepted without an expected output, and says that it was not checked', async () => {
    const { measurement } = await measure(await build());
    expect(measurement).toMatchObject({ status: 'accepted', reason: null, output: { checked: false } });
  });

  it('is rejected where its output is not the expected one', async () => {
    const { measurement } = await measure(await build(), { expected: new Int8Array(80) });
    expect(measurement.status).toBe('rejected');
    expect(measurement.reason).toMatch(/^the output differs from the reference in \d+ of 80 bytes/);
  });

  it('in patches is given the whole image, which counts beside its arena', async () => {
    const { measurement, output } = await measure(await build({ patched: true }));
    expect(output).toEqual(codegenOutput(seededBytes(48, 4)));
    const { planned } = measurement.sram;
    expect(planned).toMatchObject({ arenaBytes: 400, inputBytes: 48, inputInArena: false });
    expect(planned.peakBytes).toBe(400 + 48 + planned.stackBytes + planned.staticBytes);
    const { measurement: whole } = await measure(await build());
    expect(planned.staticBytes).toBe(whole.sram.planned.staticBytes);
  });

  it('of a detector gives all its outputs, in the order of its table', async () => {
    const { output } = await measure(await build({ detector: true }));
    const input = seededBytes(48, 4);
    expect(output).toEqual(Int8Array.from([...codegenOutput(input, 4), ...codegenOutput(input)]));
  });

  it('is built once', async () => {
    const [first, second] = [await build(), await build()];
    expect(second.image.buildHash).toBe(first.image.buildHash);
    const other = await build({ declarations: '/* other */' });
    expect(other.image.buildHash).not.toBe(first.image.buildHash);
  });

  it('is built again where the cache has been cut off', async () => {
    const { image } = await build();
    await truncate(image.elfPath, 5000);
    const { measurement } = await measure(await build());
    expect(measurement.status).toBe('accepted');
  });
});

describe('its layers are counted in a copy, which computes the same', () => {
  it.for([{}, { patched: true }])('%j', async (options) => {
    const whole = await measure(await build(options));
    const marked = await measure(await build(options, { markLayers: true }));
    expect(marked.output).toEqual(whole.output);
    const { layers } = marked.measurement;
    const patched = 'patched' in options;
    expect(layers.map(({ name }) => name)).toEqual([
      ...(patched ? ['patch00_conv_2d'] : []),
      '00_conv_2d',
      'outside',
    ]);
    const counts = layers.map(({ instructions }) => instructions!);
    // Each of 80 outputs is some instructions; what lies between the layers is the copying of patches, if any.
    expect(counts.at(-2)).toBeGreaterThan(400);
    expect(counts.at(-1)).toBeLessThan(patched ? 1500 : 50);
    const sum = counts.reduce((total, count) => total + count, 0);
    expect(Math.abs(sum - whole.measurement.instructions!)).toBeLessThan(60);
    expect(whole.measurement.layers.filter((layer) => layer.instructions !== undefined)).toEqual([]);
  });
});

describe('what does not fit together is said in one line', () => {
  it('no checkout', async () => {
    const tinyenginePath = path.join(dir, 'cmsis');
    await expect(build({}, { tinyenginePath })).rejects.toMatchObject({
      code: 'FOREIGN_ENGINE_INVALID',
      message: `${tinyenginePath} has no TinyEngine/include/tinyengine_function.h, expected a checkout of mit-han-lab/tinyengine`,
    });
  });

  it('no CMSIS', async () => {
    await expect(build({}, { cmsisPath: undefined })).rejects.toMatchObject({
      code: 'FOREIGN_ENGINE_INVALID',
      message: expect.stringMatching(
        /third_party\/CMSIS is empty, expected CMSIS_5 of January 2022 .*: git submodule update --init, or /,
      ) as string,
    });
  });

  it('a CMSIS of today', async () => {
    const cmsisPath = path.join(dir, 'new-cmsis');
    await writeTree(cmsisPath, {
      ...cmsisFiles,
      'CMSIS/NN/Include/arm_nnsupportfunctions.h': 'typedef signed char int8;\n',
    });
    await expect(build({}, { cmsisPath })).rejects.toMatchObject({
      code: 'FOREIGN_ENGINE_INVALID',
      message: expect.stringContaining(
        'arm_nnsupportfunctions.h does not know q7_t, expected CMSIS_5',
      ) as string,
    });
  });

  it('a kernel that the checkout does not have', async () => {
    await expect(build({ kernel: 'convolve_2x2_s8' })).rejects.toMatchObject({
      code: 'TOOLCHAIN_LINK_FAILED',
      message:
        'the generated code needs convolve_2x2_s8, which neither its folder nor the TinyEngine checkout defines: expected the checkout that generated it',
    });
  });

  it('a folder that is none', async () => {
    await expect(build({}, { codegenDir: dir })).rejects.toMatchObject({
      code: 'CANDIDATE_INVALID',
      message: `${dir} has no folder Include, expected a codegen folder of TinyEngine`,
    });
  });

  it('a symbolic link', async () => {
    const codegenDir = path.join(dir, 'linked');
    await writeTree(codegenDir, codegenFiles());
    await symlink('/etc/passwd', path.join(codegenDir, 'Include/secret.h'));
    await expect(build({}, { codegenDir })).rejects.toMatchObject({
      code: 'CANDIDATE_INVALID',
      message: `${codegenDir}/Include/secret.h is a symbolic link, expected files and folders only`,
    });
  });
});
