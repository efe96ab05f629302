#ifndef TF_BOARD_FACTS_H
#define TF_BOARD_FACTS_H

#define BOARD_TARGET "stm32f407-discovery"
#define BOARD_CORE "cortex-m4"
#define BOARD_CLOCK_HZ 168000000u
/* USART2 (RM0090, table 61). */
#define BOARD_CONSOLE_IRQ 38
#define BOARD_IRQ_COUNT 82
/* RM0090, section 39.1. */
#define BOARD_UID_ADDRESS 0x1FFF7A10u
#define BOARD_UID_WORDS 3

#endif
