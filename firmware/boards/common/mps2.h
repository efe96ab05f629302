/* The CMSDK UART 0 of the MPS2 images (Arm DDI 0479, section 4.3). The clock is fixed. */
#ifndef TF_BOARD_MPS2_H
#define TF_BOARD_MPS2_H

#include "cortexm/cortexm.h"

#define UART_DATA REG32(0x40004000u)
#define UART_STATE REG32(0x40004004u)
#define UART_STATE_TX_FULL (1u << 0)
#define UART_STATE_RX_FULL (1u << 1)
#define UART_CTRL REG32(0x40004008u)
#define UART_CTRL_TX_ENABLE (1u << 0)
#define UART_CTRL_RX_ENABLE (1u << 1)
#define UART_CTRL_RX_INTERRUPT (1u << 3)
#define UART_INTCLEAR REG32(0x4000400Cu)
#define UART_INT_RX (1u << 1)
#define UART_BAUDDIV REG32(0x40004010u)

static inline void mps2_uart_start(void)
{
    /* 25 MHz / 217 = 115207 baud. */
    UART_BAUDDIV = 217;
    UART_CTRL = UART_CTRL_TX_ENABLE | UART_CTRL_RX_ENABLE | UART_CTRL_RX_INTERRUPT;
}

static inline void mps2_uart_put(uint8_t byte)
{
    while ((UART_STATE & UART_STATE_TX_FULL) != 0)
    {
    }
    UART_DATA = byte;
}

static inline int mps2_uart_get(void)
{
    UART_INTCLEAR = UART_INT_RX;
    return (UART_STATE & UART_STATE_RX_FULL) != 0 ? (int)(UART_DATA & 0xFFu) : -1;
}

#endif
