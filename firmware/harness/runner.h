/* Inferences, timed. Nothing is sent and no character received inside a window. */
#ifndef TF_RUNNER_H
#define TF_RUNNER_H

#include <stdint.h>

/** Ticks of one call. */
uint64_t runner_time(void (*work)(void));

/** One untimed inference from the current input. */
void runner_warm_up(void);

/** One timed inference from the current input. */
uint64_t runner_infer(void);

/** The ticks of each layer in one inference from the current input, of code that counts them itself. */
const uint64_t *runner_mark_layers(void);

/** Starts the high-water marks of a run of `inferences` anew. */
void runner_begin(uint32_t inferences);

/** High-water marks of the last run, in bytes. */
uint32_t runner_stack_bytes(void);
uint32_t runner_arena_bytes(void);

void empty_work(void);

#endif
