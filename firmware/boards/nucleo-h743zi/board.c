/*
 * NUCLEO-H743ZI2 (UM2407): STM32H743ZI revision V at 480 MHz from the 8 MHz that the ST-LINK gives, both caches on;
 * console on USART3 (PD8, PD9), which the ST-LINK passes on over USB, 115200 baud. Sections are of RM0433.
 */
#include "board.h"

#include "../common/stm32-usart-v2.h"
#include "../common/wait.h"
#include "cortexm/cache.h"
#include "tf_board.h"

/* 60.5.8: revisions before V (Z 0x1001, Y 0x1003) end at 400 MHz and have no scale 0 */
#define DBGMCU_IDC REG32(0x5C001000u)
#define DBGMCU_IDC_REVISION(id) ((id) >> 28)
#define REVISION_BEFORE_V 1u
/* 6.8 */
#define PWR_CSR1 REG32(0x58024804u)
#define PWR_CSR1_ACTVOSRDY (1u << 13)
#define PWR_CR3 REG32(0x5802480Cu)
#define PWR_CR3_SUPPLY 7u
#define PWR_CR3_LDOEN (1u << 1)
#define PWR_D3CR REG32(0x58024818u)
#define PWR_D3CR_VOSRDY (1u << 13)
#define PWR_D3CR_VOS_SCALE_1 (3u << 14)
/* 12.3.6: over-drive makes scale 1 to scale 0 */
#define SYSCFG_PWRCR REG32(0x5800042Cu)
#define SYSCFG_PWRCR_ODEN (1u << 0)
/* 8.7 */
#define RCC_CR REG32(0x58024400u)
#define RCC_CR_HSEON (1u << 16)
#define RCC_CR_HSERDY (1u << 17)
#define RCC_CR_HSEBYP (1u << 18)
#define RCC_CR_PLL1ON (1u << 24)
#define RCC_CR_PLL1RDY (1u << 25)
#define RCC_CFGR REG32(0x58024410u)
#define RCC_CFGR_PLL1 3u
#define RCC_D1CFGR REG32(0x58024418u)
#define RCC_D1CFGR_AHB_APB3_BY_2 (8u | 4u << 4)
#define RCC_D2CFGR REG32(0x5802441Cu)
#define RCC_D2CFGR_APB1_APB2_BY_2 (4u << 4 | 4u << 8)
#define RCC_D3CFGR REG32(0x58024420u)
#define RCC_D3CFGR_APB4_BY_2 (4u << 4)
/* 8 MHz / 2 * 240 / 2 = 480 MHz */
#define RCC_PLLCKSELR REG32(0x58024428u)
#define RCC_PLLCKSELR_HSE_BY_2 (2u | 2u << 4)
#define RCC_PLLCFGR REG32(0x5802442Cu)
#define RCC_PLLCFGR_INPUT_4_TO_8_MHZ (2u << 2)
#define RCC_PLLCFGR_DIVP1EN (1u << 16)
#define RCC_PLL1DIVR REG32(0x58024430u)
#define RCC_PLL1DIVR_480_MHZ (239u | 1u << 9 | 1u << 16 | 1u << 24)
#define RCC_AHB4ENR REG32(0x580244E0u)
#define RCC_AHB4ENR_GPIOD (1u << 3)
#define RCC_APB1LENR REG32(0x580244E8u)
#define RCC_APB1LENR_USART3 (1u << 18)
#define RCC_APB4ENR REG32(0x580244F4u)
#define RCC_APB4ENR_SYSCFG (1u << 1)
/* 4.3.8, table 17: 4 wait states and programming delay 2 at 240 MHz, scale 0 */
#define FLASH_ACR REG32(0x52002000u)
#define FLASH_ACR_240_MHZ (4u | 2u << 4)
/* 11.4 */
#define GPIOD_MODER REG32(0x58020C00u)
#define GPIOD_PUPDR REG32(0x58020C0Cu)
#define GPIOD_AFRH REG32(0x58020C24u)
#define USART3_BASE 0x40004800u
#define HSI_HZ 64000000u

static uint32_t start_clock(void)
{
    /* An overclocked chip would measure, and wrongly: an old one stays at the clock of the reset, and says so. */
    if (DBGMCU_IDC_REVISION(DBGMCU_IDC) == REVISION_BEFORE_V)
    {
        return HSI_HZ;
    }
    PWR_CR3 = (PWR_CR3 & ~PWR_CR3_SUPPLY) | PWR_CR3_LDOEN;
    if (!wait_until(&PWR_CSR1, PWR_CSR1_ACTVOSRDY, PWR_CSR1_ACTVOSRDY))
    {
        return HSI_HZ;
    }
    PWR_D3CR |= PWR_D3CR_VOS_SCALE_1;
    if (!wait_until(&PWR_D3CR, PWR_D3CR_VOSRDY, PWR_D3CR_VOSRDY))
    {
        return HSI_HZ;
    }
    RCC_APB4ENR |= RCC_APB4ENR_SYSCFG;
    barrier();
    SYSCFG_PWRCR |= SYSCFG_PWRCR_ODEN;
    if (!wait_until(&PWR_D3CR, PWR_D3CR_VOSRDY, PWR_D3CR_VOSRDY))
    {
        return HSI_HZ;
    }
    RCC_CR |= RCC_CR_HSEBYP;
    RCC_CR |= RCC_CR_HSEON;
    if (!wait_until(&RCC_CR, RCC_CR_HSERDY, RCC_CR_HSERDY))
    {
        return HSI_HZ;
    }
    RCC_PLLCKSELR = RCC_PLLCKSELR_HSE_BY_2;
    RCC_PLLCFGR = RCC_PLLCFGR_INPUT_4_TO_8_MHZ | RCC_PLLCFGR_DIVP1EN;
    RCC_PLL1DIVR = RCC_PLL1DIVR_480_MHZ;
    RCC_CR |= RCC_CR_PLL1ON;
    if (!wait_until(&RCC_CR, RCC_CR_PLL1RDY, RCC_CR_PLL1RDY))
    {
        return HSI_HZ;
    }
    FLASH_ACR = FLASH_ACR_240_MHZ;
    RCC_D1CFGR = RCC_D1CFGR_AHB_APB3_BY_2;
    RCC_D2CFGR = RCC_D2CFGR_APB1_APB2_BY_2;
    RCC_D3CFGR = RCC_D3CFGR_APB4_BY_2;
    RCC_CFGR = RCC_CFGR_PLL1;
    if (!wait_until(&RCC_CFGR, 7u << 3, RCC_CFGR_PLL1 << 3))
    {
        RCC_CFGR = 0;
        RCC_D1CFGR = 0;
        RCC_D2CFGR = 0;
        return HSI_HZ;
    }
    return BOARD_CLOCK_HZ;
}

uint32_t board_start(void)
{
    const uint32_t hz = start_clock();
    caches_start();
    RCC_AHB4ENR |= RCC_AHB4ENR_GPIOD;
    RCC_APB1LENR |= RCC_APB1LENR_USART3;
    barrier();
    /* PD8 sends, PD9 receives: alternate function 7 (DS12110, table 13). */
    GPIOD_AFRH = (GPIOD_AFRH & ~0xFFu) | 0x77u;
    GPIOD_PUPDR = (GPIOD_PUPDR & ~(3u << 18)) | 1u << 18;
    GPIOD_MODER = (GPIOD_MODER & ~(15u << 16)) | 10u << 16;
    /* APB1 is a quarter of the core's clock, once that comes from the PLL. */
    usart_start(USART3_BASE, hz == BOARD_CLOCK_HZ ? hz / 4u : hz);
    return hz;
}

void board_put(uint8_t byte)
{
    usart_put(USART3_BASE, byte);
}

int board_get(void)
{
    return usart_get(USART3_BASE);
}
