#ifndef TF_BOARD_FACTS_H
#define TF_BOARD_FACTS_H

#define BOARD_TARGET "stm32f746g-discovery"
#define BOARD_CORE "cortex-m7"
#define BOARD_CLOCK_HZ 216000000u
/* USART1 (RM0385, table 46). */
#define BOARD_CONSOLE_IRQ 37
#define BOARD_IRQ_COUNT 98
/* RM0385, section 41.1. */
#define BOARD_UID_ADDRESS 0x1FF0F420u
#define BOARD_UID_WORDS 3

#endif
