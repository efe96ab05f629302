import type { GeneratedCode } from '#codegen';

export interface TinyNetworkOptions {
  readonly name?: string;
  /** Rounds of a loop of 2 instructions, which is the first layer. */
  readonly rounds?: number;
  readonly arenaBytes?: number;
  readonly weightBytes?: number;
  /** C statements of the second layer, before it adds the weights to the input. */
  readonly extra?: string;
  /** C code before the layers. */
  readonly declarations?: string;
}

const inputBytes = 100;
const outputBytes = 10;
const outputOffset = 1000;

/**
 * A network written by hand, with instruction counts known beforehand: a loop, then output[i] = input[i] + i + 1. The
 * input lies at the start of the arena, the output at 1000.
 */
export function tinyNetwork(options: TinyNetworkOptions = {}): GeneratedCode {
  const { name = 'tiny', rounds = 1000, arenaBytes = 4096, weightBytes = 64 } = options;
  const model = `
#include <tinyfarm_model.h>
${options.declarations ?? ''}
extern const int8_t tiny_weights[];
__attribute__((section(".bss.tinyfarm_arena"), aligned(16))) static int8_t tinyfarm_arena_buffer[${arenaBytes}];
signed char *getInput(void) { return tinyfarm_arena_buffer; }
signed char *getOutput(void) { return tinyfarm_arena_buffer + ${outputOffset}; }
int8_t *tinyfarm_arena(void) { return tinyfarm_arena_buffer; }
__attribute__((naked, noinline)) static void loop(void) {
  __asm volatile("ldr r0, =${rounds}\\n1: subs r0, #1\\nbne 1b\\nbx lr\\n.ltorg");
}
__attribute__((noinline)) static void add(void) {
  ${options.extra ?? ''}
  for (int i = 0; i < ${outputBytes}; i++) {
    tinyfarm_arena_buffer[${outputOffset} + i] = (int8_t)(tinyfarm_arena_buffer[i] + tiny_weights[i]);
  }
}
const tinyfarm_layer tinyfarm_layers[] = {{"00_loop", "loop", ${rounds}, loop}, {"01_add", "add", ${outputBytes}, add}};
const uint32_t tinyfarm_layer_count = 2;
const uint32_t tinyfarm_input_bytes = ${inputBytes};
const uint32_t tinyfarm_output_bytes = ${outputBytes};
const uint32_t tinyfarm_arena_bytes = ${arenaBytes};
const char tinyfarm_model_name[] = "${name}";
const float tinyfarm_output_scale = 0.5f;
const int32_t tinyfarm_output_zero_point = -3;
void invoke(float *labels) {
  (void)labels;
  loop();
  add();
}
`;
  const weights = `
  .section .rodata.tinyfarm_weights, "a"
  .global tiny_weights
tiny_weights:
  .incbin "weights.bin"
`;
  return {
    name,
    files: [
      { path: 'Source/genModel.c', content: model },
      { path: 'Source/weights.S', content: weights },
      { path: 'weights.bin', content: Uint8Array.from({ length: weightBytes }, (_, i) => i + 1) },
    ],
    layers: [
      { name: '00_loop', kind: 'loop', macs: rounds, ops: [0] },
      { name: '01_add', kind: 'add', macs: outputBytes, ops: [1] },
    ],
    plan: {
      arenaBytes,
      blocks: [],
      stepNames: ['00_loop', '01_add'],
      tensorOffsets: new Map([
        [0, 0],
        [1, outputOffset],
      ]),
      scratchOffsets: [undefined, undefined],
      inputInArena: true,
    },
    inputBytes,
    outputBytes,
    weightBytes,
  };
}

/** What the network answers to an input. */
export function tinyOutput(input: Int8Array): Int8Array {
  return Int8Array.from({ length: outputBytes }, (_, i) => input[i]! + i + 1);
}
