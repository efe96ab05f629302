/** Include/genNN.h: the entry points that TinyEngine's generator declares. */
export const nnHeader = `#ifndef GEN_NN_H
#define GEN_NN_H

signed char *getInput(void);
signed char *getOutput(void);
/* The labels belong to on-device training, which this code does not do; pass a null pointer. */
void invoke(float *labels);
void invoke_inf(void);

#endif
`;

/** Include/genInclude.h: what genModel.c calls. */
export const includeHeader = `#ifndef GEN_INCLUDE_H
#define GEN_INCLUDE_H

#include <string.h>

#include "tf_depthwise_quads.h"
#include "tf_kernels.h"
#include "tf_region.h"
#include "tinyfarm_model.h"

#endif
`;

/** Include/genModel.h: sizes, and the constants that weights.S brings in. */
export function modelHeader(arenaBytes: number): string {
  return `#ifndef GEN_MODEL_H
#define GEN_MODEL_H

#include <stdint.h>

#define GEN_ARENA_BYTES ${arenaBytes}

extern const uint8_t tinyfarm_weights[];

#endif
`;
}

/** Source/weights.S. The folder of weights.bin must be an include path of the assembler. */
export const weightsSource = `    .section .rodata.tinyfarm_weights, "a"
    .balign 8
    .global tinyfarm_weights
tinyfarm_weights:
    .incbin "weights.bin"
    .size tinyfarm_weights, . - tinyfarm_weights
    .section .note.GNU-stack, "", %progbits
`;
