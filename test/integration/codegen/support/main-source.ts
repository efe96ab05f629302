import type { GeneratedCode } from '#codegen';
import { elementsOf, type Network } from '#network';

/**
 * A main() that reads `input.bin`, runs the layers one by one, and writes each one's outputs to `layers.bin`, and last
 * the network's outputs, from getOutput. On Arm it also writes the SysTick count of each to `ticks.bin`; file access is by semihosting.
 */
export function mainSource(code: GeneratedCode, network: Network): string {
  const { graph } = network;
  const rows = code.layers.flatMap((layer, index) =>
    (layer.kind === 'outputs' ? [] : layer.ops).flatMap((op) =>
      graph.ops[op]!.outputs.map(
        (id) => `{${index}, ${code.plan.tensorOffsets.get(id)!}, ${elementsOf(graph.tensors[id]!.shape)}},`,
      ),
    ),
  );
  return `#include <stdint.h>
#include <stdio.h>
#include "genNN.h"
#include "tinyfarm_model.h"

static const struct { uint32_t layer, offset, size; } written[] = {
${rows.join('\n')}
};
static uint32_t ticks[${code.layers.length}];

#ifdef __arm__
#define SYST ((volatile uint32_t *)0xE000E010)
static void start(void) { SYST[1] = 0xFFFFFF; SYST[2] = 0; SYST[0] = 5; }
static uint32_t now(void) { return 0xFFFFFF - SYST[2]; }
#else
static void start(void) {}
static uint32_t now(void) { return 0; }
#endif

int main(void) {
    FILE *input = fopen("input.bin", "rb");
    if (!input || fread(getInput(), 1, tinyfarm_input_bytes, input) != tinyfarm_input_bytes) return 2;
    FILE *layers = fopen("layers.bin", "wb");
    uint32_t row = 0;
    for (uint32_t i = 0; i < tinyfarm_layer_count; i++) {
        start();
        uint32_t before = now();
        tinyfarm_layers[i].run();
        ticks[i] = now() - before;
        for (; row < sizeof(written) / sizeof(written[0]) && written[row].layer == i; row++)
            fwrite(tinyfarm_arena() + written[row].offset, 1, written[row].size, layers);
    }
    fwrite(getOutput(), 1, tinyfarm_output_bytes, layers);
    fclose(layers);
    FILE *file = fopen("ticks.bin", "wb");
    fwrite(ticks, 1, sizeof(ticks), file);
    fclose(file);
    return 0;
}
`;
}
