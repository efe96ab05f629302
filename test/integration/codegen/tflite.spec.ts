import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateCode } from '#codegen';
import { readCandidate } from '#network';
import { dataFolder } from '../../support/shared-data.ts';
import { expectTrials } from './support/expect-layers.ts';
import { ModelPrograms, type Platform } from './support/model-program.ts';

const platforms: readonly Platform[] = ['host', 'cortex-m4', 'cortex-m7'];
const networks = ['mcunet-vww', 'mlperf-kws', 'mnist-lenet-300-100'];
const numbers = [0, 1, 2, 3, 4];

describe.each(platforms)('code for real .tflite files on %s', (platform) => {
  let programs: ModelPrograms;

  beforeAll(async () => {
    programs = await ModelPrograms.create(platform);
  });

  afterAll(() => programs.remove());

  it.for(networks)("%s: the interpreter's layers and TensorFlow Lite's outputs", async (name, { skip }) => {
    const path = join(dataFolder, `tflite/${name}.tflite`);
    if (!existsSync(path)) {
      skip(`no networks at ${path}`);
    }
    const { network } = await readCandidate(path);
    const code = generateCode(network);
    const bytesOf = (file: string): Int8Array =>
      new Int8Array(readFileSync(join(dataFolder, 'golden', name, file)));
    const trial = { code, network, inputs: numbers.map((k) => bytesOf(`in_${k}.bin`)) };
    const bytes = await programs.runAll([trial]);
    expectTrials([trial], bytes);
    for (const k of numbers) {
      const end = ((k + 1) * bytes.length) / numbers.length;
      expect(bytes.subarray(end - code.outputBytes, end)).toEqual(bytesOf(`out_${k}.bin`));
    }
  });
});
