#include "input.h"

#include <stddef.h>
#include <string.h>

#include "memory.h"
#include "model.h"

typedef enum
{
    INPUT_NONE,
    INPUT_SEED,
    INPUT_STAGED,
    INPUT_DIRECT
} input_source;

static input_source source;
static uint32_t input_seed;

static uint32_t staging_bytes(void)
{
    const uint32_t bytes = (model_input_bytes() + 7u) & ~7u;
    return bytes <= free_sram_bytes() ? bytes : 0;
}

uint8_t *input_buffer(void)
{
    return staging_bytes() != 0 ? free_sram() : (uint8_t *)model_input();
}

void input_from_seed(uint32_t seed)
{
    source = INPUT_SEED;
    input_seed = seed;
    input_restore();
}

void input_from_buffer(void)
{
    source = staging_bytes() != 0 ? INPUT_STAGED : INPUT_DIRECT;
}

bool input_is_set(void)
{
    return source != INPUT_NONE;
}

bool input_is_lasting(void)
{
    return source == INPUT_SEED || source == INPUT_STAGED;
}

void input_restore(void)
{
    int8_t *const input = model_input();
    const uint32_t count = model_input_bytes();
    if (source == INPUT_STAGED)
    {
        memcpy(input, free_sram(), count);
    }
    else if (source == INPUT_SEED)
    {
        uint32_t state = 12345u + input_seed;
        for (uint32_t i = 0; i < count; i++)
        {
            state = state * 1664525u + 1013904223u;
            input[i] = (int8_t)(state >> 24);
        }
    }
}

void input_used(void)
{
    if (source == INPUT_DIRECT)
    {
        source = INPUT_NONE;
    }
}

uint64_t *input_spare_results(uint32_t count)
{
    const uint32_t used = staging_bytes();
    if (used + count * sizeof(uint64_t) > free_sram_bytes())
    {
        return NULL;
    }
    return (uint64_t *)(void *)(free_sram() + used);
}
