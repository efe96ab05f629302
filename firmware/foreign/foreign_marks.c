/*
 * Layer by layer: what generated code takes between the marks that its copy sets where layers begin. The tick windows
 * follow each other without a gap but for the mark itself, whose cost is measured and taken out.
 */
#include <stdbool.h>
#include <stdint.h>
#include <tinyfarm_model.h>

#include "foreign_parameters.h"
#include "ticks.h"

const uint32_t tinyfarm_layer_count = FOREIGN_MARKS;

static uint64_t layer_ticks[FOREIGN_MARKS];
static uint32_t running_layer;
static uint64_t mark_ticks;
/* Other inferences are timed as a whole, by a window that a mark's would end. */
static bool is_counting;

void invoke(float *labels);

/* The last layer is all that lies between layers. */
__attribute__((noinline)) void tinyfarm_layer_mark(uint32_t layer)
{
    if (!is_counting)
    {
        return;
    }
    layer_ticks[running_layer] += ticks_end() - mark_ticks;
    running_layer = layer;
    ticks_begin();
}

const uint64_t *tinyfarm_marked_ticks(void)
{
    is_counting = true;
    running_layer = FOREIGN_MARKS - 1u;
    mark_ticks = 0;
    ticks_begin();
    tinyfarm_layer_mark(FOREIGN_MARKS - 1u);
    layer_ticks[FOREIGN_MARKS - 1u] = 0;
    tinyfarm_layer_mark(FOREIGN_MARKS - 1u);
    mark_ticks = layer_ticks[FOREIGN_MARKS - 1u];

    for (uint32_t i = 0; i < FOREIGN_MARKS; i++)
    {
        layer_ticks[i] = 0;
    }
    ticks_begin();
    invoke(0);
    tinyfarm_layer_mark(FOREIGN_MARKS - 1u);
    is_counting = false;
    return layer_ticks;
}
