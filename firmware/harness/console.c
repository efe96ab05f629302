#include "console.h"

#include "board.h"
#include "cortexm/cortexm.h"
#include "text.h"
#include "tf_board.h"
#include "ticks.h"

#define RING_BYTES 256u

static volatile uint8_t ring[RING_BYTES];
static volatile uint32_t received;
static uint32_t taken;

void console_interrupt(void);

void console_interrupt(void)
{
    for (int byte = board_get(); byte >= 0; byte = board_get())
    {
        if (received - taken < RING_BYTES)
        {
            ring[received % RING_BYTES] = (uint8_t)byte;
            received++;
        }
    }
}

void console_start(void)
{
    console_interrupt();
    console_unmask();
}

void console_mask(void)
{
    NVIC_ICER(BOARD_CONSOLE_IRQ) = NVIC_BIT(BOARD_CONSOLE_IRQ);
    barrier();
}

void console_unmask(void)
{
    NVIC_ISER(BOARD_CONSOLE_IRQ) = NVIC_BIT(BOARD_CONSOLE_IRQ);
}

char console_get(void)
{
    interrupts_off();
    while (received == taken)
    {
        /* With interrupts off a pending one still ends the sleep, so none is lost between the test and it. */
        if (ticks_may_sleep())
        {
            ticks_sleep();
            wait_for_interrupt();
            ticks_wake();
        }
        interrupts_on();
        barrier();
        interrupts_off();
    }
    interrupts_on();
    const char c = (char)ring[taken % RING_BYTES];
    taken++;
    return c;
}

void put_char(char c)
{
    board_put((uint8_t)c);
}

void put_text(const char *text)
{
    write_text(put_char, text);
}

void put_decimal(uint64_t value)
{
    write_decimal(put_char, value);
}

void put_signed(int32_t value)
{
    if (value < 0)
    {
        put_char('-');
    }
    put_decimal(value < 0 ? 0u - (uint32_t)value : (uint32_t)value);
}

void put_hex(uint64_t value, int digits)
{
    write_hex(put_char, value, digits);
}

void put_end(void)
{
    put_text("\r\n");
}

void put_line(const char *text)
{
    put_text(text);
    put_end();
}

void put_error(const char *text)
{
    put_text("e-[");
    put_text(text);
    put_line("]");
}
