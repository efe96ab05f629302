/*
 * Upstream TinyEngine's generated code as a network of the harness. genModel.h defines data, so that only one
 * translation unit may read it: this one, which reads genModel.c as it is, its entry points renamed.
 * foreign_parameters.h says what the generated code does not.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <tinyfarm_model.h>

#include "foreign_parameters.h"

/* The same tentative definition as in genModel.h, but in the section that counts as arena. */
static signed char buffer[FOREIGN_ARENA_BYTES] __attribute__((section(".bss.tinyfarm_arena"), aligned(16)));

#ifdef FOREIGN_MARKS
void tinyfarm_layer_mark(uint32_t layer);
#endif

#define getInput foreign_input
#define getOutput foreign_output
#define invoke foreign_invoke
#include "genModel.c"
#undef getInput
#undef getOutput
#undef invoke

const char tinyfarm_model_name[] = FOREIGN_NAME;
const uint32_t tinyfarm_input_bytes = FOREIGN_INPUT_BYTES;
const uint32_t tinyfarm_output_bytes = FOREIGN_OUTPUT_BYTES;
const uint32_t tinyfarm_arena_bytes = FOREIGN_ARENA_BYTES;

signed char *getInput(void);
signed char *getOutput(void);
void invoke(float *labels);

int8_t *tinyfarm_arena(void)
{
    return (int8_t *)buffer;
}

#ifdef FOREIGN_PATCHED
/* Whoever calls a patched network holds the image. */
static signed char image[FOREIGN_INPUT_BYTES] __attribute__((section(".bss.tinyfarm_outside"), aligned(16)));

signed char *getInput(void)
{
    return image;
}
#else
signed char *getInput(void)
{
    return foreign_input();
}
#endif

void invoke(float *labels)
{
    (void)labels;
    FOREIGN_ENTRY;
}

#ifdef FOREIGN_OUTPUTS
/* Several outputs, gathered where no count includes them: a network's user reads them in their places. */
#define OUTPUT(place, bytes)   \
    memcpy(end, place, bytes); \
    end += bytes;

signed char *getOutput(void)
{
    static signed char gathered[FOREIGN_OUTPUT_BYTES] __attribute__((section(".bss.tinyfarm_outside"), aligned(16)));
    signed char *end = gathered;
    FOREIGN_OUTPUTS
    return gathered;
}
#else
signed char *getOutput(void)
{
    return foreign_output();
}
#endif
