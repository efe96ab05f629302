import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { Network } from '#network';

/** Writes files below a folder. */
export async function writeTree(dir: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [file, text] of Object.entries(files)) {
    const place = path.join(dir, file);
    await mkdir(path.dirname(place), { recursive: true });
    await writeFile(place, text);
  }
}

/** A checkout in the shape of TinyEngine's, with one kernel: output = sum of inputs and bias, clamped to int8. */
export const engineFiles = {
  'TinyEngine/include/tinyengine_function.h': `
#include <stdint.h>
typedef int8_t q7_t;
typedef int16_t q15_t;
typedef enum { STATE_SUCCESS = 0 } tinyengine_status;
#include "genInclude.h"
tinyengine_status convolve_1x1_s8(const q7_t *input, uint16_t x, uint16_t y, uint16_t ch, const q7_t *kernel,
  const int32_t *bias, q7_t *output, uint16_t out_x, uint16_t out_y, uint16_t out_ch, q15_t *runtime_buf);
`,
  'TinyEngine/include/tinyengine_function_fp.h': '',
  'TinyEngine/include/genNN.h': `
signed char* getInput();
signed char* getOutput();
void invoke(float* labels);
void end2endinference();
`,
  'TinyEngine/src/kernels/int_forward_op/convolve_1x1_s8.c': `
#include "tinyengine_function.h"
tinyengine_status convolve_1x1_s8(const q7_t *input, uint16_t x, uint16_t y, uint16_t ch, const q7_t *kernel,
  const int32_t *bias, q7_t *output, uint16_t out_x, uint16_t out_y, uint16_t out_ch, q15_t *runtime_buf) {
  for (int p = 0; p < x * y; p++)
    for (int o = 0; o < out_ch; o++) {
      int32_t sum = bias[o];
      for (int i = 0; i < ch; i++) sum += input[p * ch + i] * kernel[o * ch + i];
      output[p * out_ch + o] = (q7_t)(sum > 127 ? 127 : sum < -128 ? -128 : sum);
    }
  return STATE_SUCCESS;
}
`,
} as const;

const cmsisKernel = 'CMSIS/NN/Source/ConvolutionFunctions/arm_nn_mat_mult_kernel_s8_s16_reordered.c';

/** A checkout in the shape of CMSIS_5 of January 2022. */
export const cmsisFiles = {
  'CMSIS/NN/Include/arm_nnsupportfunctions.h': 'typedef signed char q7_t;\n',
  'CMSIS/DSP/Include/arm_math.h': '',
  'CMSIS/Core/Include/cmsis_gcc.h': '',
  [cmsisKernel]: 'int arm_nn_mat_mult_kernel_s8_s16_reordered(void) { return 0; }\n',
};

export const imageSide = 4;
export const channels = 3;
export const outputChannels = 5;
const weights = Array.from({ length: channels * outputChannels }, (_, i) => (i * 7) % 5);
const bias = Array.from({ length: outputChannels }, (_, i) => 3 * i - 4);

export interface CodegenOptions {
  /** C before the functions. */
  readonly declarations?: string;
  /** C at the start of `invoke`. */
  readonly extra?: string;
  readonly kernel?: string;
  readonly patched?: boolean;
  /** A detector's table of outputs: the layer's output at two places, in this order. */
  readonly detector?: boolean;
}

/** A codegen folder in the shape of upstream's: one convolution, and for a patched one the copying of four patches. */
export function codegenFiles(options: CodegenOptions = {}): Record<string, string> {
  const { declarations = '', extra = '', kernel = 'convolve_1x1_s8', patched = false } = options;
  const layer = (input: number, side: number, output: number): string =>
    `/* layer 0:CONV_2D */\n${kernel}(&buffer0[${input}],${side},${side},${channels},(const q7_t*) weight0,bias0,&buffer0[${output}],${side},${side},${outputChannels},sbuf);\n`;
  const header = `
#define NNoutput &buffer0[100];

#define PEAK_MEM 400
#define MODEL_SIZE 35

static signed char buffer[400];
static signed char *buffer0 = &buffer[0];
static int16_t *sbuf = (int16_t *)&buffer[384];
const unsigned char weight0[${weights.length}] = {${weights.join(', ')}, };
const int32_t bias0[${bias.length}] = {${bias.join(', ')}, };
`;
  const half = imageSide / 2;
  const patches = `
void invoke_1patch(uint16_t pad_t, uint16_t pad_b, uint16_t pad_l ,uint16_t pad_r);
void end2endinference(q7_t* img){
    int i, j, h;
    for (i = 0; i < 2; i++){
        for (j = 0; j < 2; j++){
            q7_t* patch_input = getInput();
            int start_x = TN_MAX(${half} * j - 0,0);
            int start_y = TN_MAX(${half} * i - 0,0);
            q7_t* img_ptr = &img[(start_x + start_y * ${imageSide}) * 3];
            for (h = 0; h < ${half}; h++){
                memcpy (patch_input, img_ptr, ${half * 3});
                img_ptr += ${imageSide} * 3;
                patch_input += ${half * 3};
            }
            invoke_1patch(0,0,0,0);
            for (h = 0; h < ${half}; h++){
                memcpy (&buffer0[200 + ((start_y + h) * ${imageSide} + start_x) * ${channels}], &buffer0[48 + h * ${half * channels}], ${half * channels});
            }
        }
    }
    invoke(NULL);
}
void invoke_1patch(uint16_t pad_t, uint16_t pad_b, uint16_t pad_l ,uint16_t pad_r){
/* layer 0:CONV_2D */
copy_patch(&buffer0[0],${half},${half},${channels},&buffer0[48],${half},${half},${channels});
}
`;
  const source = `/* Automatically generated source file */
#include <float.h>
#include <string.h>
#include <tinyengine_function.h>
#include <tinyengine_function_fp.h>

#include "genNN.h"
#include "genModel.h"
#include "genInclude.h"
${patched ? '#define TN_MAX(a, b) ((a) > (b) ? (a) : (b))' : ''}
${declarations}
signed char* getInput() {
    return &buffer0[0];
}
signed char* getOutput() {
    return NNoutput;
}
${options.detector === true ? 'void det_post_procesing(void){\n    int8_t *input_data[3]={&buffer0[300],&buffer0[100],};\n}\n' : ''}${patched ? patches : 'void end2endinference(q7_t* img){\n    invoke(NULL);\n}\n'}
void invoke(float* labels){
${extra}
${layer(patched ? 200 : 0, imageSide, 100)}${options.detector === true ? layer(0, 2, 300).replace('layer 0', 'layer 1') : ''}}
void invoke_inf(){
}
`;
  return {
    'Include/genModel.h': header,
    'Include/genInclude.h': patched
      ? 'void copy_patch(const q7_t *in, int x, int y, int ch, q7_t *out, int out_x, int out_y, int out_ch);\n'
      : '\n',
    'Source/genModel.c': source,
    ...(patched
      ? {
          'Source/copy_patch.c': `
#include "tinyengine_function.h"
void copy_patch(const q7_t *in, int x, int y, int ch, q7_t *out, int out_x, int out_y, int out_ch) {
  for (int i = 0; i < x * y * ch; i++) out[i] = in[i];
}
`,
        }
      : {}),
  };
}

/** What its convolution answers for `places` pixels. */
export function codegenOutput(input: Int8Array, places = imageSide ** 2): Int8Array {
  return Int8Array.from({ length: places * outputChannels }, (_, i) => {
    const [place, output] = [Math.floor(i / outputChannels), i % outputChannels];
    let sum = bias[output]!;
    for (let channel = 0; channel < channels; channel++) {
      sum += input[place * channels + channel]! * weights[output * channels + channel]!;
    }
    return Math.min(127, Math.max(-128, sum));
  });
}

/** The network that `codegenFiles` was generated from: with scales of 1 it computes the same. */
export const codegenNetwork: Network = {
  graph: {
    name: 'small',
    tensors: [
      { name: 'input', shape: [1, imageSide, imageSide, channels] },
      { name: 'output', shape: [1, imageSide, imageSide, outputChannels] },
    ],
    ops: [
      {
        kind: 'conv2d',
        name: 'conv',
        inputs: [0],
        outputs: [1],
        kernelHeight: 1,
        kernelWidth: 1,
        strideHeight: 1,
        strideWidth: 1,
        dilationHeight: 1,
        dilationWidth: 1,
        padding: { top: 0, bottom: 0, left: 0, right: 0 },
      },
    ],
    inputs: [0],
    outputs: [1],
  },
  quantisation: [
    { scale: 1, zeroPoint: 0 },
    { scale: 1, zeroPoint: 0 },
  ],
  parameters: [
    {
      weights: Int8Array.from(weights),
      bias: Int32Array.from(bias),
      weightScales: new Float64Array(outputChannels).fill(1),
      activationMin: -128,
      activationMax: 127,
    },
  ],
};
