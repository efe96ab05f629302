// A network whose layers call CMSIS-NN, in the same frame and by the same planner as our own code.
import { generateCode, lower, planMemory } from '#codegen';

import { cmsisLayer } from './cmsis-layer.mjs';

/** Bytes one after another, each part on a multiple of 16. */
class Constants {
  #parts = [];
  #length = 0;

  add(bytes) {
    const offset = this.#length;
    const padded = Buffer.alloc(Math.ceil(bytes.length / 16) * 16);
    padded.set(bytes);
    this.#parts.push(padded);
    this.#length += padded.length;
    return offset;
  }

  bytes() {
    return new Uint8Array(Buffer.concat(this.#parts));
  }
}

const weightsSource = `    .section .rodata.cmsis_weights, "a"
    .balign 16
    .global cmsis_weights
cmsis_weights:
    .incbin "cmsis.bin"
    .section .note.GNU-stack, "", %progbits
`;

/**
 * Generated code for a network, with CMSIS-NN in the place of our kernels wherever it has one. It cannot overwrite the
 * input of a convolution, so no tensor shares memory there.
 */
export function cmsisCode(network, sources) {
  const { graph } = network;
  const constants = new Constants();
  const layers = graph.ops.map((_, index) => cmsisLayer(network, index, constants));
  const steps = lower(graph).map((step) => {
    const layer = layers[step.ops[0] ?? -1];
    if (layer === undefined) return step;
    const isConvolution = /conv2d|depthwise|pointwise/.test(step.kernel);
    const { inPlace, ...rest } = step;
    return { ...rest, scratchBytes: layer.bytes, ...(!isConvolution && inPlace && { inPlace }) };
  });
  const memory = planMemory(graph, steps);
  const segments = graph.ops.map((_, op) => ({ kind: 'whole', op }));
  const code = generateCode(network, { plan: { kind: 'whole', label: '', segments, steps, memory } });
  const at = (id) => `tinyfarm_arena() + ${memory.tensorOffsets.get(id)}`;
  const functions = layers.flatMap((layer, index) => {
    if (layer === undefined) return [];
    const { inputs, outputs } = graph.ops[index];
    const scratch = memory.scratchOffsets[index];
    return [
      `${layer.definitions.join('\n')}
void cmsis_${index}(void)
{
    const cmsis_nn_context context = {${scratch === undefined ? '0' : `tinyfarm_arena() + ${scratch}`}, ${layer.bytes}};
    const int8_t *const inputs[] = {${inputs.map(at).join(', ')}};
    int8_t *const output = ${at(outputs[0])};
    (void)context;
    if (${layer.needed} > ${layer.bytes}) __builtin_trap();
    ${layer.call}
}
`,
    ];
  });
  const names = layers.flatMap((layer, index) => (layer === undefined ? [] : [index]));
  const header = names.map((index) => `void cmsis_${index}(void);`).join('\n');
  const source = `#include "arm_nnfunctions.h"
#include "tinyfarm_model.h"

extern const uint8_t cmsis_weights[];

static void check(arm_cmsis_nn_status status)
{
    if (status != ARM_CMSIS_NN_SUCCESS) __builtin_trap();
}

${functions.join('\n')}`;
  const files = code.files.map((file) =>
    file.path === 'Source/genModel.c' ? { ...file, content: redirected(file.content, names) } : file,
  );
  return {
    ...code,
    files: [
      ...files,
      { path: 'Include/cmsis_layers.h', content: `${header}\n` },
      { path: 'Source/cmsis_layers.c', content: source },
      { path: 'Source/cmsis_weights.S', content: weightsSource },
      { path: 'cmsis.bin', content: constants.bytes() },
      ...sources,
    ],
  };
}

/** The layers named call CMSIS-NN instead of ours. */
function redirected(source, names) {
  const calls = names.reduce(
    (text, index) =>
      text.replace(
        new RegExp(`(static void run_${index}\\(void\\)\\n\\{\\n)[^]*?\\n\\}\\n`),
        `$1    cmsis_${index}();\n}\n`,
      ),
    source,
  );
  return `#include "cmsis_layers.h"\n${calls}`;
}
