import { tensorBytes, type Network } from '#network';
import type { GeneratedLayer } from '../generated-code.ts';
import type { MemoryPlan } from '../plan/index.ts';
import type { LayerCode } from './layer-context.ts';

export interface ModelParts {
  readonly network: Network;
  readonly plan: MemoryPlan;
  readonly layers: readonly GeneratedLayer[];
  readonly codes: readonly LayerCode[];
  readonly weightBytes: number;
}

/** Source/genModel.c: the arena, the layers, TinyEngine's entry points and tinyfarm_model.h's table. */
export function modelSource({ network, plan, layers, codes }: ModelParts): string {
  const { graph, quantisation } = network;
  const input = graph.inputs[0]!;
  const output = graph.outputs[0]!;
  const outputBytes = graph.outputs.reduce((sum, id) => sum + tensorBytes(graph, id), 0);
  // Several outputs are gathered by the last step.
  const outputOffset =
    graph.outputs.length === 1 ? plan.tensorOffsets.get(output)! : plan.scratchOffsets.at(-1)!;
  const definitions = codes.map((code, index) =>
    [
      ...code.definitions,
      `static void run_${index}(void)\n{\n${code.call === '' ? '' : `    ${code.call}\n`}}\n`,
    ].join('\n\n'),
  );
  const functions = [...new Set(codes.flatMap((code) => code.functions ?? []))].map((text) => `${text}\n\n`);
  const rows = layers.map(
    ({ name, kind, macs }, index) => `    {"${name}", "${kind}", ${macs}u, run_${index}},`,
  );
  return `#include "genInclude.h"
#include "genModel.h"
#include "genNN.h"

static int8_t tinyfarm_arena_buffer[GEN_ARENA_BYTES] __attribute__((aligned(8), section(".bss.tinyfarm_arena")));
#define ARENA tinyfarm_arena_buffer

${functions.join('')}${definitions.join('\n')}
const tinyfarm_layer tinyfarm_layers[] = {
${rows.join('\n')}
};
const uint32_t tinyfarm_layer_count = ${layers.length};
const uint32_t tinyfarm_input_bytes = ${tensorBytes(graph, input)};
const uint32_t tinyfarm_output_bytes = ${outputBytes};
const uint32_t tinyfarm_arena_bytes = GEN_ARENA_BYTES;
const char tinyfarm_model_name[] = "${cText(graph.name)}";
const float tinyfarm_output_scale = ${cFloat(quantisation[output]!.scale)};
const int32_t tinyfarm_output_zero_point = ${quantisation[output]!.zeroPoint};

int8_t *tinyfarm_arena(void)
{
    return ARENA;
}

signed char *getInput(void)
{
    return ARENA + ${plan.tensorOffsets.get(input)!};
}

signed char *getOutput(void)
{
    return ARENA + ${outputOffset};
}

void invoke_inf(void)
{
    for (uint32_t i = 0; i < tinyfarm_layer_count; i++)
    {
        tinyfarm_layers[i].run();
    }
}

void invoke(float *labels)
{
    (void)labels;
    invoke_inf();
}
`;
}

/** Text inside a C string that also goes through the wire protocol: printable ASCII without its separators. */
export function cText(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_. +-]/g, '_');
}

function cFloat(value: number): string {
  const text = Math.fround(value).toPrecision(9);
  return /[.e]/.test(text) ? `${text}f` : `${text}.0f`;
}
