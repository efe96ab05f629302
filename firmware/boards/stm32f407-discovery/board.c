/*
 * STM32F4DISCOVERY (UM1472): STM32F407VG at 168 MHz from the 8 MHz crystal X2; console on USART2 (PA2, PA3), 115200
 * baud, for an adapter of one's own, since the board's ST-LINK has no serial line to it. Sections are of RM0090.
 */
#include "board.h"

#include "../common/stm32f4.h"
#include "tf_board.h"

uint32_t board_start(void)
{
    /* 8 MHz / 8 * 336 / 2 = 168 MHz; USB clock / 7. APB1 / 4 = 42 MHz, APB2 / 2 = 84 MHz (6.2, 6.3.2). */
    const stm32f4_clock clock = {
        .pll = {.m = 8, .n = 336, .p = 2, .q = 7},
        .flash_wait_states = 5,
        .scale_1 = 1,
        .apb1_divider = 4,
        .apb2_divider = 2,
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
