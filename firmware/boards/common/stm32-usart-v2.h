/* The USART of the STM32F7 and H7 (RM0385 31.8, RM0433 48.7). */
#ifndef TF_BOARD_STM32_USART_V2_H
#define TF_BOARD_STM32_USART_V2_H

#include "cortexm/cortexm.h"

#define USART_CR1(base) REG32((base) + 0x00u)
#define USART_CR1_ENABLED 0x2Du /* UE, RE, TE, RXNEIE */
#define USART_BRR(base) REG32((base) + 0x0Cu)
#define USART_ISR(base) REG32((base) + 0x1Cu)
#define USART_ISR_RXNE (1u << 5)
#define USART_ISR_TXE (1u << 7)
#define USART_ICR(base) REG32((base) + 0x20u)
#define USART_ICR_ERRORS 0xFu /* parity, framing, noise, overrun */
#define USART_RDR(base) REG32((base) + 0x24u)
#define USART_TDR(base) REG32((base) + 0x28u)
#define BAUD 115200u

static inline void usart_start(uint32_t base, uint32_t kernel_hz)
{
    USART_BRR(base) = (kernel_hz + BAUD / 2u) / BAUD;
    USART_CR1(base) = USART_CR1_ENABLED;
}

static inline void usart_put(uint32_t base, uint8_t byte)
{
    while ((USART_ISR(base) & USART_ISR_TXE) == 0)
    {
    }
    USART_TDR(base) = byte;
}

static inline int usart_get(uint32_t base)
{
    /* An overrun would keep the interrupt pending. */
    USART_ICR(base) = USART_ICR_ERRORS;
    return (USART_ISR(base) & USART_ISR_RXNE) != 0 ? (int)(USART_RDR(base) & 0xFFu) : -1;
}

#endif
