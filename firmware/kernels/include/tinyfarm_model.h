/*
 * What a generated network tells the harness, besides TinyEngine's entry points. genModel.c defines all of it.
 */
#ifndef TINYFARM_MODEL_H
#define TINYFARM_MODEL_H

#include <stdint.h>

/* One step of the network. Run in order, from the first to the last, they are one inference. */
typedef struct
{
    const char *name;
    const char *kind;
    uint32_t macs;
    void (*run)(void);
} tinyfarm_layer;

extern const tinyfarm_layer tinyfarm_layers[];
extern const uint32_t tinyfarm_layer_count;

/* Of foreign code in the place of the table: one inference, and the ticks of each of its layers. */
const uint64_t *tinyfarm_marked_ticks(void);

extern const uint32_t tinyfarm_input_bytes;
extern const uint32_t tinyfarm_output_bytes;
extern const uint32_t tinyfarm_arena_bytes;

extern const char tinyfarm_model_name[];
extern const float tinyfarm_output_scale;
extern const int32_t tinyfarm_output_zero_point;

/* Base of the arena, 8-byte aligned: it holds the input, the output and all working memory of the kernels. */
int8_t *tinyfarm_arena(void);

#endif
