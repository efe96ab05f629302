import type { GeneratedCode } from '#codegen';
import { elementsOf, type Network } from '#network';

/** What several networks in one program must be told apart by. */
const globals = [
  'getInput',
  'getOutput',
  'invoke',
  'invoke_inf',
  'tinyfarm_arena',
  'tinyfarm_arena_bytes',
  'tinyfarm_input_bytes',
  'tinyfarm_layer_count',
  'tinyfarm_layers',
  'tinyfarm_model_name',
  'tinyfarm_output_bytes',
  'tinyfarm_output_scale',
  'tinyfarm_output_zero_point',
  'tinyfarm_weights',
];

/**
 * A network's own C from folder `prefix`, its globals renamed, and `prefix_try`: reads an input, runs the layers one by
 * one, and writes the outputs of each, and last the network's outputs, from getOutput.
 */
export function trialSource(prefix: string, code: GeneratedCode, { graph }: Network): string {
  const rows = code.layers.flatMap((layer, index) =>
    layer.ops
      .filter((op) => graph.ops[op]!.kind !== 'constant')
      .flatMap((op) => graph.ops[op]!.outputs)
      .map(
        (id) => `{${index}, ${code.plan.tensorOffsets.get(id)!}, ${elementsOf(graph.tensors[id]!.shape)}},`,
      ),
  );
  return `${globals.map((name) => `#define ${name} ${prefix}_${name}`).join('\n')}
#include <stdio.h>
#include "${prefix}/Include/genModel.h"
#include "${prefix}/Source/genModel.c"

static const struct { uint32_t layer, offset, size; } written[] = {
${rows.join('\n')}
};

int ${prefix}_try(FILE *input, FILE *output);
int ${prefix}_try(FILE *input, FILE *output) {
    if (fread(getInput(), 1, tinyfarm_input_bytes, input) != tinyfarm_input_bytes) return 2;
    uint32_t row = 0;
    for (uint32_t i = 0; i < tinyfarm_layer_count; i++) {
        tinyfarm_layers[i].run();
        for (; row < sizeof(written) / sizeof(written[0]) && written[row].layer == i; row++)
            fwrite(tinyfarm_arena() + written[row].offset, 1, written[row].size, output);
    }
    fwrite(getOutput(), 1, tinyfarm_output_bytes, output);
    return 0;
}
`;
}

/** Runs the networks one after another, each as often as it is named, from `inputs.bin` to `outputs.bin`. On Arm file access is by semihosting. */
export function mainSource(prefixes: readonly string[]): string {
  return `#include <stdio.h>
${[...new Set(prefixes)].map((prefix) => `int ${prefix}_try(FILE *input, FILE *output);`).join('\n')}

int main(void) {
    FILE *input = fopen("inputs.bin", "rb");
    FILE *output = fopen("outputs.bin", "wb");
    if (!input || !output) return 3;
${prefixes.map((prefix) => `    if (${prefix}_try(input, output) != 0) return 2;`).join('\n')}
    return fclose(output);
}
`;
}
