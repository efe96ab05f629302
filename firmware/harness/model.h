/*
 * The network as the harness sees it: TinyEngine's entry points, and what tinyfarm_model.h adds where the code comes
 * from tinyfarm's generator.
 */
#ifndef TF_MODEL_H
#define TF_MODEL_H

#include <stdbool.h>
#include <stdint.h>

const char *model_name(void);
int8_t *model_input(void);
int8_t *model_output(void);
uint32_t model_input_bytes(void);
uint32_t model_output_bytes(void);
void model_infer(void);

/** Zero and NULL where the code does not tell. */
int8_t *model_arena(void);
uint32_t model_arena_bytes(void);
uint32_t model_layer_count(void);
void (*model_layer(uint32_t index))(void);

/** Whether the code counts its layers itself, in one inference, instead of a table of them. */
bool model_is_marked(void);

/** That inference; the ticks of each layer, the cost of counting taken out. */
const uint64_t *model_marked_ticks(void);

/** One output value as a real number, in thousandths. */
int32_t model_output_milli(uint32_t index);

#endif
