#include "board.h"

#include "../common/mps2.h"
#include "tf_board.h"

uint32_t board_start(void)
{
    mps2_uart_start();
    return BOARD_CLOCK_HZ;
}

void board_put(uint8_t byte)
{
    mps2_uart_put(byte);
}

int board_get(void)
{
    return mps2_uart_get();
}
