#include "model.h"

#include <stddef.h>
#include <tinyfarm_model.h>

/* Foreign TinyEngine code has none of these. */
#pragma weak tinyfarm_layers
#pragma weak tinyfarm_layer_count
#pragma weak tinyfarm_arena
#pragma weak tinyfarm_arena_bytes
#pragma weak tinyfarm_output_scale
#pragma weak tinyfarm_output_zero_point
#pragma weak tinyfarm_marked_ticks

signed char *getInput(void);
signed char *getOutput(void);
void invoke(float *labels);

const char *model_name(void)
{
    return tinyfarm_model_name;
}

int8_t *model_input(void)
{
    return (int8_t *)getInput();
}

int8_t *model_output(void)
{
    return (int8_t *)getOutput();
}

uint32_t model_input_bytes(void)
{
    return tinyfarm_input_bytes;
}

uint32_t model_output_bytes(void)
{
    return tinyfarm_output_bytes;
}

void model_infer(void)
{
    invoke(NULL);
}

int8_t *model_arena(void)
{
    return tinyfarm_arena != NULL ? tinyfarm_arena() : NULL;
}

uint32_t model_arena_bytes(void)
{
    return &tinyfarm_arena_bytes != NULL ? tinyfarm_arena_bytes : 0;
}

uint32_t model_layer_count(void)
{
    return &tinyfarm_layer_count != NULL ? tinyfarm_layer_count : 0;
}

void (*model_layer(uint32_t index))(void)
{
    return tinyfarm_layers[index].run;
}

bool model_is_marked(void)
{
    return tinyfarm_marked_ticks != NULL;
}

const uint64_t *model_marked_ticks(void)
{
    return tinyfarm_marked_ticks();
}

int32_t model_output_milli(uint32_t index)
{
    const float scale = &tinyfarm_output_scale != NULL ? tinyfarm_output_scale : 1.0f;
    const int32_t zero_point = &tinyfarm_output_zero_point != NULL ? tinyfarm_output_zero_point : 0;
    const float milli = (float)(model_output()[index] - zero_point) * scale * 1000.0f;
    if (milli >= 2147483520.0f || milli <= -2147483520.0f)
    {
        return milli > 0.0f ? INT32_MAX : -INT32_MAX;
    }
    return (int32_t)(milli + (milli < 0.0f ? -0.5f : 0.5f));
}
