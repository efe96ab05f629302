/*
 * 32F746GDISCOVERY (UM1907): STM32F746NG at 216 MHz from the 25 MHz crystal X2, both caches on; console on USART1 (PA9,
 * PB7), which the ST-LINK passes on over USB, 115200 baud. Sections are of RM0385.
 */
#include "board.h"

#include "../common/stm32-usart-v2.h"
#include "../common/wait.h"
#include "cortexm/cache.h"
#include "tf_board.h"

/* 5.3 */
#define RCC_CR REG32(0x40023800u)
#define RCC_CR_HSEON (1u << 16)
#define RCC_CR_HSERDY (1u << 17)
#define RCC_CR_PLLON (1u << 24)
#define RCC_CR_PLLRDY (1u << 25)
#define RCC_PLLCFGR REG32(0x40023804u)
/* 25 MHz / 25 * 432 / 2 = 216 MHz from the crystal; USB clock / 9 (5.3.2) */
#define RCC_PLLCFGR_216_MHZ (25u | 432u << 6 | 0u << 16 | 1u << 22 | 9u << 24 | 2u << 28)
#define RCC_CFGR REG32(0x40023808u)
#define RCC_CFGR_APB1_BY_4 (5u << 10)
#define RCC_CFGR_APB2_BY_2 (4u << 13)
#define RCC_CFGR_PLL 2u
#define RCC_AHB1ENR REG32(0x40023830u)
#define RCC_AHB1ENR_GPIOA_GPIOB 3u
#define RCC_APB1ENR REG32(0x40023840u)
#define RCC_APB1ENR_PWR (1u << 28)
#define RCC_APB2ENR REG32(0x40023844u)
#define RCC_APB2ENR_USART1 (1u << 4)
/* 4.4 */
#define PWR_CR1 REG32(0x40007000u)
#define PWR_CR1_VOS_SCALE_1 (3u << 14)
#define PWR_CR1_ODEN (1u << 16)
#define PWR_CR1_ODSWEN (1u << 17)
#define PWR_CSR1 REG32(0x40007004u)
#define PWR_CSR1_ODRDY (1u << 16)
#define PWR_CSR1_ODSWRDY (1u << 17)
/* 3.7.1: 7 wait states above 210 MHz, prefetch, ART accelerator */
#define FLASH_ACR REG32(0x40023C00u)
#define FLASH_ACR_216_MHZ (7u | 3u << 8)
/* 6.4 */
#define GPIOA_MODER REG32(0x40020000u)
#define GPIOA_AFRH REG32(0x40020024u)
#define GPIOB_MODER REG32(0x40020400u)
#define GPIOB_PUPDR REG32(0x4002040Cu)
#define GPIOB_AFRL REG32(0x40020420u)
#define USART1_BASE 0x40011000u
#define HSI_HZ 16000000u

static uint32_t start_clock(void)
{
    RCC_APB1ENR |= RCC_APB1ENR_PWR;
    barrier();
    PWR_CR1 |= PWR_CR1_VOS_SCALE_1;
    RCC_CR |= RCC_CR_HSEON;
    if (!wait_until(&RCC_CR, RCC_CR_HSERDY, RCC_CR_HSERDY))
    {
        return HSI_HZ;
    }
    RCC_PLLCFGR = RCC_PLLCFGR_216_MHZ;
    RCC_CR |= RCC_CR_PLLON;
    /* Over-drive, needed above 180 MHz, is switched on before the core runs from the PLL (4.1.4). */
    PWR_CR1 |= PWR_CR1_ODEN;
    if (!wait_until(&PWR_CSR1, PWR_CSR1_ODRDY, PWR_CSR1_ODRDY))
    {
        return HSI_HZ;
    }
    PWR_CR1 |= PWR_CR1_ODSWEN;
    if (!wait_until(&PWR_CSR1, PWR_CSR1_ODSWRDY, PWR_CSR1_ODSWRDY) ||
        !wait_until(&RCC_CR, RCC_CR_PLLRDY, RCC_CR_PLLRDY))
    {
        return HSI_HZ;
    }
    FLASH_ACR = FLASH_ACR_216_MHZ;
    RCC_CFGR = RCC_CFGR_APB1_BY_4 | RCC_CFGR_APB2_BY_2;
    RCC_CFGR |= RCC_CFGR_PLL;
    if (!wait_until(&RCC_CFGR, 3u << 2, RCC_CFGR_PLL << 2))
    {
        RCC_CFGR = 0;
        return HSI_HZ;
    }
    return BOARD_CLOCK_HZ;
}

uint32_t board_start(void)
{
    const uint32_t hz = start_clock();
    caches_start();
    RCC_AHB1ENR |= RCC_AHB1ENR_GPIOA_GPIOB;
    RCC_APB2ENR |= RCC_APB2ENR_USART1;
    barrier();
    /* PA9 sends, PB7 receives: alternate function 7 (DS10916, table 12). */
    GPIOA_AFRH = (GPIOA_AFRH & ~0xF0u) | 0x70u;
    GPIOA_MODER = (GPIOA_MODER & ~(3u << 18)) | 2u << 18;
    GPIOB_AFRL = (GPIOB_AFRL & ~0xF0000000u) | 0x70000000u;
    GPIOB_PUPDR = (GPIOB_PUPDR & ~(3u << 14)) | 1u << 14;
    GPIOB_MODER = (GPIOB_MODER & ~(3u << 14)) | 2u << 14;
    usart_start(USART1_BASE, hz == BOARD_CLOCK_HZ ? hz / 2u : hz);
    return hz;
}

void board_put(uint8_t byte)
{
    usart_put(USART1_BASE, byte);
}

int board_get(void)
{
    return usart_get(USART1_BASE);
}
