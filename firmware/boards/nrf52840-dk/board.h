#ifndef TF_BOARD_FACTS_H
#define TF_BOARD_FACTS_H

#define BOARD_TARGET "nrf52840-dk"
#define BOARD_CORE "cortex-m4"
#define BOARD_CLOCK_HZ 64000000u
/* The cache of the flash controller; the core has none of its own. */
#define BOARD_CACHES "i"
/* UART 0 (PS 1.7, section 4.2.4). */
#define BOARD_CONSOLE_IRQ 2
#define BOARD_IRQ_COUNT 48
/* FICR DEVICEID (PS 1.7, section 4.4.1). */
#define BOARD_UID_ADDRESS 0x10000060u
#define BOARD_UID_WORDS 2

#endif
