import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fnv1aHex } from '#core';
import { readTflite, runNetwork } from '#network';
import { dataFolder } from '../../support/shared-data.ts';

interface Golden {
  readonly vectors: readonly { readonly k: number; readonly out_int8: readonly number[] }[];
  readonly layers: readonly { readonly op: string; readonly 'out_fnv1a_k0..4': readonly string[] }[];
}

const networks = ['mlperf-kws', 'mcunet-vww', 'mnist-lenet-300-100'];
/** Not layers of the int8 network: float ends, and padding that is folded into the layer after it. */
const leftOut = new Set(['QUANTIZE', 'DEQUANTIZE', 'PAD', 'LOG_SOFTMAX']);

describe.each(networks)("TensorFlow Lite's own results for %s", (name) => {
  it.for([0, 1, 2, 3, 4])('are those of the interpreter, layer by layer: input %i', (k, { skip }) => {
    const goldenFile = join(dataFolder, 'golden/golden.json');
    if (!existsSync(goldenFile)) {
      skip(`no golden data at ${goldenFile}`);
    }
    const golden = (JSON.parse(readFileSync(goldenFile, 'utf8')) as Record<string, Golden>)[name]!;
    const input = new Int8Array(readFileSync(join(dataFolder, `golden/${name}/in_${k}.bin`)));
    const { network } = readTflite(readFileSync(join(dataFolder, `tflite/${name}.tflite`)), name);

    const layers: string[] = [];
    const { outputs } = runNetwork(network, input, {
      onLayer: (_index, _op, [data]) => layers.push(fnv1aHex(data!)),
    });

    const expected = golden.layers.filter(({ op }) => !leftOut.has(op));
    expect(layers).toEqual(expected.map((layer) => layer['out_fnv1a_k0..4'][k]));
    expect(Array.from(outputs[0]!)).toEqual(golden.vectors[k]!.out_int8);
  });
});
