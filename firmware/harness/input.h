/*
 * The input of the next inference. A network may overwrite its input tensor, so it is made anew before each inference:
 * from a seed, or from a staging copy in free SRAM. Without room for that copy bytes go to the tensor itself, and last
 * for one inference.
 */
#ifndef TF_INPUT_H
#define TF_INPUT_H

#include <stdbool.h>
#include <stdint.h>

/** Where bytes from the console go: the staging copy, or the tensor. */
uint8_t *input_buffer(void);

void input_from_seed(uint32_t seed);
void input_from_buffer(void);
bool input_is_set(void);

/** Whether input_restore can be called again after an inference. */
bool input_is_lasting(void);
void input_restore(void);

/** Called after each inference. */
void input_used(void);

/** Free SRAM behind the staging copy, for `count` results; NULL where there is no room. */
uint64_t *input_spare_results(uint32_t count);

#endif
