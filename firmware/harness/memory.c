#include "memory.h"

#include "model.h"

extern uint32_t __stack_base[], __stack_top[];
extern uint8_t __data_start[], __data_end[], __bss_start[], __bss_end[], __free_start[], __sram_end[];

static uint32_t paint_of(uint32_t place)
{
    return place * PAINT_FACTOR ^ PAINT_MASK;
}

static uint32_t stack_paint_of(const uint32_t *word, uint32_t pattern)
{
    const uint32_t paint = paint_of((uint32_t)word);
    return pattern == 0 ? paint : ~paint;
}

uint32_t stack_high_water(uint32_t pattern)
{
    const uint32_t *word = __stack_base;
    while (word < __stack_top && *word == stack_paint_of(word, pattern))
    {
        word++;
    }
    return (uint32_t)(__stack_top - word) * 4u;
}

uint32_t stack_bytes(void)
{
    return (uint32_t)(__stack_top - __stack_base) * 4u;
}

static uint8_t arena_paint_of(uint32_t offset, uint32_t pattern)
{
    const uint8_t byte = (uint8_t)(paint_of(offset) >> 13);
    return pattern == 0 ? byte : (uint8_t)~byte;
}

static bool inside(const int8_t *byte, const int8_t *start, uint32_t count)
{
    return byte >= start && byte < start + count;
}

void arena_paint(uint32_t pattern, const int8_t *keep, uint32_t keep_bytes)
{
    int8_t *const arena = model_arena();
    const uint32_t count = model_arena_bytes();
    for (uint32_t i = 0; i < count; i++)
    {
        if (!inside(arena + i, keep, keep_bytes))
        {
            arena[i] = (int8_t)arena_paint_of(i, pattern);
        }
    }
}

uint32_t arena_high_water(uint32_t pattern, const int8_t *kept, uint32_t kept_bytes)
{
    const int8_t *const arena = model_arena();
    uint32_t count = model_arena_bytes();
    while (count > 0 && (arena[count - 1] == (int8_t)arena_paint_of(count - 1, pattern) ||
                         inside(arena + count - 1, kept, kept_bytes)))
    {
        count--;
    }
    return count;
}

uint32_t static_bytes(void)
{
    return (uint32_t)(__data_end - __data_start) + (uint32_t)(__bss_end - __bss_start);
}

uint8_t *free_sram(void)
{
    return __free_start;
}

uint32_t free_sram_bytes(void)
{
    return (uint32_t)(__sram_end - __free_start);
}
