#ifndef TF_BOARD_FACTS_H
#define TF_BOARD_FACTS_H

#define BOARD_TARGET "stm32f412-discovery"
#define BOARD_CORE "cortex-m4"
#define BOARD_CLOCK_HZ 100000000u
/* USART2 (RM0402, table 40). */
#define BOARD_CONSOLE_IRQ 38
#define BOARD_IRQ_COUNT 97
/* RM0402, section 31.1. */
#define BOARD_UID_ADDRESS 0x1FFF7A10u
#define BOARD_UID_WORDS 3

#endif
