/*
 * What a board is: these functions in its board.c, the facts in its board.h, and its linker.ld.
 *
 * board.h defines BOARD_TARGET, BOARD_CORE (text), BOARD_CLOCK_HZ, BOARD_CONSOLE_IRQ and BOARD_IRQ_COUNT, and, where
 * the chip has a unique id, BOARD_UID_ADDRESS and BOARD_UID_WORDS; BOARD_CACHES where the core's own
 * registers do not tell. Reading ticks is the same on all: cortexm/ticks.c.
 */
#ifndef TF_BOARD_H
#define TF_BOARD_H

#include <stdint.h>

/**
 * Clocks up to full speed, flash wait states, caches, the console's UART with its receive interrupt enabled at the
 * UART. Every wait is bounded. Returns the core clock in Hz that was reached.
 */
uint32_t board_start(void);

/** Waits until the UART takes the byte. */
void board_put(uint8_t byte);

/** The next byte received, or -1. Called from the console's interrupt until it returns -1. */
int board_get(void);

#endif
