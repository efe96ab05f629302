#include "runner.h"

#include <stdbool.h>

#include "console.h"
#include "input.h"
#include "memory.h"
#include "model.h"
#include "ticks.h"

static uint32_t stack_mark;
static uint32_t arena_mark;
static uint32_t inferences_done;
static uint32_t pattern;

__attribute__((noinline)) void empty_work(void)
{
    __asm volatile("");
}

uint64_t runner_time(void (*work)(void))
{
    console_mask();
    ticks_begin();
    work();
    const uint64_t ticks = ticks_end();
    console_unmask();
    return ticks;
}

void runner_begin(uint32_t inferences)
{
    /* A lone inference shows one pattern only; the marks of lone ones add up until a longer run. */
    if (inferences > 1)
    {
        arena_mark = 0;
    }
    stack_mark = 0;
    inferences_done = 0;
}

/* Painted before the first two inferences of a run: an output byte that equals one pattern does not equal the other. */
static void prepare(void)
{
    const bool lasting = input_is_lasting();
    if (inferences_done < 2)
    {
        arena_paint(pattern, model_input(), lasting ? 0 : model_input_bytes());
        stack_paint();
    }
    input_restore();
}

static void finish(void)
{
    if (inferences_done < 2)
    {
        const uint32_t stack = stack_high_water();
        const uint32_t arena = arena_high_water(pattern, model_input(), input_is_lasting() ? 0 : model_input_bytes());
        /* The first inference tells the stack: a warm-up has no counter's interrupt on it. */
        stack_mark = inferences_done == 0 ? stack : stack_mark;
        arena_mark = arena > arena_mark ? arena : arena_mark;
        pattern ^= 1u;
    }
    inferences_done++;
    input_used();
}

void runner_warm_up(void)
{
    prepare();
    console_mask();
    ticks_sleep();
    model_infer();
    ticks_wake();
    console_unmask();
    finish();
}

uint64_t runner_infer(void)
{
    prepare();
    const uint64_t ticks = runner_time(model_infer);
    finish();
    return ticks;
}

uint32_t runner_stack_bytes(void)
{
    return stack_mark;
}

uint32_t runner_arena_bytes(void)
{
    return arena_mark;
}
