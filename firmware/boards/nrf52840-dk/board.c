/*
 * nRF52840-DK (PCA10056): 64 MHz, which is the chip's only clock, from the 32 MHz crystal; console on UART 0 (P0.06,
 * P0.08), which the J-Link passes on over USB, 115200 baud. Sections are of the product specification 1.7.
 */
#include "board.h"

#include "../common/wait.h"
#include "cortexm/cortexm.h"
#include "tf_board.h"

/* 5.4.2 */
#define CLOCK_TASKS_HFCLKSTART REG32(0x40000000u)
#define CLOCK_EVENTS_HFCLKSTARTED REG32(0x40000100u)
/* 4.3.6 */
#define NVMC_ICACHECNF REG32(0x4001E540u)
/* 6.9.2 */
#define P0_OUTSET REG32(0x50000508u)
#define P0_DIRSET REG32(0x50000518u)
#define P0_PIN_CNF(pin) REG32(0x50000700u + 4u * (pin))
#define PIN_INPUT_PULL_UP (3u << 2)
#define PIN_TX 6u
#define PIN_RX 8u
/* 6.33.10 */
#define UART_TASKS_STARTRX REG32(0x40002000u)
#define UART_TASKS_STARTTX REG32(0x40002008u)
#define UART_EVENTS_RXDRDY REG32(0x40002108u)
#define UART_EVENTS_TXDRDY REG32(0x4000211Cu)
#define UART_INTENSET REG32(0x40002304u)
#define UART_INTENSET_RXDRDY (1u << 2)
#define UART_ENABLE REG32(0x40002500u)
#define UART_ENABLED 4u
#define UART_PSELTXD REG32(0x4000250Cu)
#define UART_PSELRXD REG32(0x40002514u)
#define UART_RXD REG32(0x40002518u)
#define UART_TXD REG32(0x4000251Cu)
#define UART_BAUDRATE REG32(0x40002524u)
#define UART_115200_BAUD 0x01D7E000u

uint32_t board_start(void)
{
    /* Without the crystal the 64 MHz come from the internal oscillator, 1.5 % off at most. */
    CLOCK_TASKS_HFCLKSTART = 1;
    (void)wait_until(&CLOCK_EVENTS_HFCLKSTARTED, 1, 1);
    NVMC_ICACHECNF = 1;
    P0_OUTSET = 1u << PIN_TX;
    P0_DIRSET = 1u << PIN_TX;
    P0_PIN_CNF(PIN_RX) = PIN_INPUT_PULL_UP;
    UART_PSELTXD = PIN_TX;
    UART_PSELRXD = PIN_RX;
    UART_BAUDRATE = UART_115200_BAUD;
    UART_ENABLE = UART_ENABLED;
    UART_INTENSET = UART_INTENSET_RXDRDY;
    UART_TASKS_STARTTX = 1;
    UART_TASKS_STARTRX = 1;
    return BOARD_CLOCK_HZ;
}

void board_put(uint8_t byte)
{
    UART_EVENTS_TXDRDY = 0;
    UART_TXD = byte;
    while (UART_EVENTS_TXDRDY == 0)
    {
    }
}

int board_get(void)
{
    if (UART_EVENTS_RXDRDY == 0)
    {
        return -1;
    }
    /* Cleared first: reading the register lets the next byte of the queue raise it again (6.33.4). */
    UART_EVENTS_RXDRDY = 0;
    return (int)(UART_RXD & 0xFFu);
}
