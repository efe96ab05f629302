#ifndef TF_BOARD_FACTS_H
#define TF_BOARD_FACTS_H

#define BOARD_TARGET "nucleo-h743zi"
#define BOARD_CORE "cortex-m7"
#define BOARD_CLOCK_HZ 480000000u
/* USART3 (RM0433, table 147). */
#define BOARD_CONSOLE_IRQ 39
#define BOARD_IRQ_COUNT 150
/* RM0433, section 61.1. */
#define BOARD_UID_ADDRESS 0x1FF1E800u
#define BOARD_UID_WORDS 3

#endif
