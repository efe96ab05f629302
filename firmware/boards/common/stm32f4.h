/* Clock tree, flash interface and USART2 that the STM32F4 family shares (RM0090, RM0402). */
#ifndef TF_BOARD_STM32F4_H
#define TF_BOARD_STM32F4_H

#include "cortexm/cortexm.h"
#include "wait.h"

/* RM0090 6.3 */
#define RCC_CR REG32(0x40023800u)
#define RCC_CR_HSION (1u << 0)
#define RCC_CR_HSEON (1u << 16)
#define RCC_CR_HSERDY (1u << 17)
#define RCC_CR_PLLON (1u << 24)
#define RCC_CR_PLLRDY (1u << 25)
#define RCC_PLLCFGR REG32(0x40023804u)
#define RCC_PLLCFGR_FROM_HSE (1u << 22)
#define RCC_CFGR REG32(0x40023808u)
#define RCC_CFGR_PLL 2u
#define RCC_AHB1ENR REG32(0x40023830u)
#define RCC_AHB1ENR_GPIOA (1u << 0)
#define RCC_APB1ENR REG32(0x40023840u)
#define RCC_APB1ENR_USART2 (1u << 17)
#define RCC_APB1ENR_PWR (1u << 28)
/* RM0090 5.4.1, RM0402 5.4.1 */
#define PWR_CR REG32(0x40007000u)
#define PWR_CR_VOS_SHIFT 14
/* RM0090 3.9.1: prefetch, instruction and data cache of the flash accelerator */
#define FLASH_ACR REG32(0x40023C00u)
#define FLASH_ACR_ACCELERATOR (7u << 8)
/* RM0090 8.4 */
#define GPIOA_MODER REG32(0x40020000u)
#define GPIOA_OSPEEDR REG32(0x40020008u)
#define GPIOA_PUPDR REG32(0x4002000Cu)
#define GPIOA_AFRL REG32(0x40020020u)
/* RM0090 30.6 */
#define USART2_SR REG32(0x40004400u)
#define USART_SR_ORE (1u << 3)
#define USART_SR_RXNE (1u << 5)
#define USART_SR_TXE (1u << 7)
#define USART2_DR REG32(0x40004404u)
#define USART2_BRR REG32(0x40004408u)
#define USART2_CR1 REG32(0x4000440Cu)
#define USART_CR1_UE_TE_RE 0x200Cu
#define USART_CR1_RXNEIE (1u << 5)

#define HSI_HZ 16000000u
#define BAUD 115200u

typedef struct
{
    struct
    {
        uint32_t m, n, p, q;
        uint32_t r; /* 0 where the PLL has no such output */
    } pll;
    uint32_t flash_wait_states;
    uint32_t scale_1;      /* voltage for the full clock: one bit on the F405 and F407, two on the F412 */
    uint32_t apb1_divider; /* 1, 2 or 4 */
    uint32_t apb2_divider;
    uint32_t hz;
} stm32f4_clock;

static inline uint32_t stm32f4_apb_bits(uint32_t divider)
{
    return divider == 4 ? 5u : divider == 2 ? 4u : 0u;
}

/** The clock that was reached: the wanted one, or the 16 MHz of the reset where crystal or PLL do not start. */
static inline uint32_t stm32f4_start_clock(const stm32f4_clock *clock)
{
    /* On silicon HSION is set after a reset. QEMU has no RCC, reads 0, and runs at the full clock anyhow. */
    if ((RCC_CR & RCC_CR_HSION) == 0)
    {
        return clock->hz;
    }
    RCC_APB1ENR |= RCC_APB1ENR_PWR;
    PWR_CR |= clock->scale_1 << PWR_CR_VOS_SHIFT;
    RCC_CR |= RCC_CR_HSEON;
    if (!wait_until(&RCC_CR, RCC_CR_HSERDY, RCC_CR_HSERDY))
    {
        return HSI_HZ;
    }
    RCC_PLLCFGR = clock->pll.m | clock->pll.n << 6 | (clock->pll.p / 2u - 1u) << 16 | RCC_PLLCFGR_FROM_HSE |
                  clock->pll.q << 24 | clock->pll.r << 28;
    RCC_CR |= RCC_CR_PLLON;
    FLASH_ACR = clock->flash_wait_states | FLASH_ACR_ACCELERATOR;
    RCC_CFGR = stm32f4_apb_bits(clock->apb1_divider) << 10 | stm32f4_apb_bits(clock->apb2_divider) << 13;
    if (!wait_until(&RCC_CR, RCC_CR_PLLRDY, RCC_CR_PLLRDY))
    {
        RCC_CFGR = 0;
        return HSI_HZ;
    }
    RCC_CFGR |= RCC_CFGR_PLL;
    if (!wait_until(&RCC_CFGR, 3u << 2, RCC_CFGR_PLL << 2))
    {
        RCC_CFGR = 0;
        return HSI_HZ;
    }
    return clock->hz;
}

static inline void stm32f4_start_usart2(uint32_t apb1_hz)
{
    RCC_AHB1ENR |= RCC_AHB1ENR_GPIOA;
    RCC_APB1ENR |= RCC_APB1ENR_USART2;
    barrier();
    /* PA2 and PA3: alternate function 7, fast, pull-up on the receiver. */
    GPIOA_MODER = (GPIOA_MODER & ~0xF0u) | 0xA0u;
    GPIOA_OSPEEDR |= 0x20u;
    GPIOA_PUPDR = (GPIOA_PUPDR & ~0xC0u) | 0x40u;
    GPIOA_AFRL = (GPIOA_AFRL & ~0xFF00u) | 0x7700u;
    USART2_BRR = (apb1_hz + BAUD / 2u) / BAUD;
    USART2_CR1 = USART_CR1_UE_TE_RE | USART_CR1_RXNEIE;
}

static inline void stm32f4_usart2_put(uint8_t byte)
{
    while ((USART2_SR & USART_SR_TXE) == 0)
    {
    }
    USART2_DR = byte;
}

static inline int stm32f4_usart2_get(void)
{
    /* Reading the data register after the status also clears an overrun. */
    const uint32_t status = USART2_SR;
    if ((status & (USART_SR_RXNE | USART_SR_ORE)) == 0)
    {
        return -1;
    }
    const uint32_t byte = USART2_DR & 0xFFu;
    return (status & USART_SR_RXNE) != 0 ? (int)byte : -1;
}

#endif
