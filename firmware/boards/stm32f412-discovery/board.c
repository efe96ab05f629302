/*
 * 32F412GDISCOVERY (UM2032): STM32F412ZG at 100 MHz from the 8 MHz crystal; console on USART2 (PA2, PA3), which the
 * ST-LINK passes on over USB, 115200 baud. Sections are of RM0402.
 */
#include "board.h"

#include "../common/stm32f4.h"
#include "tf_board.h"

uint32_t board_start(void)
{
    /* 8 MHz / 8 * 200 / 2 = 100 MHz. APB1 / 2 = 50 MHz, APB2 100 MHz (6.2, 6.3.2); 3 wait states above 90 MHz (3.4.1).
     */
    const stm32f4_clock clock = {
        .pll = {.m = 8, .n = 200, .p = 2, .q = 4, .r = 2},
        .flash_wait_states = 3,
        .scale_1 = 3,
        .apb1_divider = 2,
        .apb2_divider = 1,
        .hz = BOARD_CLOCK_HZ,
    };
    const uint32_t hz = stm32f4_start_clock(&clock);
    stm32f4_start_usart2(hz == BOARD_CLOCK_HZ ? hz / clock.apb1_divider : hz);
    return hz;
}

void board_put(uint8_t byte)
{
    stm32f4_usart2_put(byte);
}

int board_get(void)
{
    return stm32f4_usart2_get();
}
