#ifndef TF_BOARD_WAIT_H
#define TF_BOARD_WAIT_H

#include <stdbool.h>
#include <stdint.h>

/* Some 50 ms at 64 MHz without caches, more at a lower clock: crystals and regulators need a few ms. */
#define POLL_LIMIT 200000u

/** Polls until the masked bits have this value; false when they do not get it. */
static inline bool wait_until(volatile uint32_t *reg, uint32_t mask, uint32_t value)
{
    for (uint32_t i = 0; i < POLL_LIMIT; i++)
    {
        if ((*reg & mask) == value)
        {
            return true;
        }
    }
    return false;
}

#endif
