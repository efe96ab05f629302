#ifndef TF_BOARD_FACTS_H
#define TF_BOARD_FACTS_H

#define BOARD_TARGET "mps2-an500"
#define BOARD_CORE "cortex-m7"
#define BOARD_CLOCK_HZ 25000000u
/* UART 0 receive. */
#define BOARD_CONSOLE_IRQ 0
#define BOARD_IRQ_COUNT 32

#endif
