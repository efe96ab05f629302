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
static uint32_t warmups_done;
static uint32_t pattern;

__attribute__((noinline)) void empty_work(void)
{
    __asm volatile("");
}

/* Not inlined: inference, layer and empty window are to have the same instructions around them. */
__attribute__((noinline)) static uint64_t timed(void (*work)(void))
{
    ticks_begin();
    work();
    return ticks_end();
}

uint64_t runner_time(void (*work)(void))
{
    console_mask();
    const uint64_t ticks = timed(work);
    console_unmask();
    return ticks;
}

const uint64_t *runner_mark_layers(void)
{
    console_mask();
    const uint64_t *const ticks = model_marked_ticks();
    console_unmask();
    return ticks;
}

void runner_begin(uint32_t inferences)
{
    /* A lone inference shows one pattern only; the marks of lone ones add up until a longer run. */
    if (inferences > 1)
    {
        stack_mark = 0;
        arena_mark = 0;
    }
    inferences_done = 0;
    warmups_done = 0;
}

static uint32_t larger(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/*
 * The first two inferences of a run are on fresh paint, one pattern each: a byte that equals the one does not equal the
 * other. The console's interrupt is off meanwhile, since it would leave its marks on the stack.
 */
static void prepare(void)
{
    if (inferences_done < 2)
    {
        arena_paint(pattern, model_input(), input_is_lasting() ? 0 : model_input_bytes());
    }
    input_restore();
    if (inferences_done < 2)
    {
        stack_paint(pattern);
    }
}

static void finish(void)
{
    if (inferences_done < 2)
    {
        const uint32_t stack = stack_high_water(pattern);
        const uint32_t arena = arena_high_water(pattern, model_input(), input_is_lasting() ? 0 : model_input_bytes());
        /* Where there were warm-ups they tell: they have no interrupt of the counter on their stack. */
        if (warmups_done == inferences_done + 1 || warmups_done == 0)
        {
            stack_mark = larger(stack_mark, stack);
        }
        arena_mark = larger(arena_mark, arena);
        pattern ^= 1u;
    }
    inferences_done++;
    input_used();
}

void runner_warm_up(void)
{
    console_mask();
    prepare();
    ticks_sleep();
    model_infer();
    ticks_wake();
    warmups_done++;
    finish();
    console_unmask();
}

uint64_t runner_infer(void)
{
    console_mask();
    prepare();
    const uint64_t ticks = timed(model_infer);
    finish();
    console_unmask();
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
