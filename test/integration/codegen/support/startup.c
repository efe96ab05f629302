/* Enough of a start for newlib's semihosting on the mps2 machines. */
#include <stdint.h>
#include <stdlib.h>

extern uint32_t stack_top, bss_start, bss_end;
extern void initialise_monitor_handles(void);
extern int main(void);

void reset(void);

void _init(void)
{
}

void _fini(void)
{
}

void reset(void)
{
    for (uint32_t *word = &bss_start; word < &bss_end; word++)
    {
        *word = 0;
    }
    initialise_monitor_handles();
    exit(main());
}

static void fault(void)
{
    _Exit(99);
}

__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
    &stack_top,
    (const void *)reset,
    (const void *)fault,
    (const void *)fault,
    (const void *)fault,
    (const void *)fault,
    (const void *)fault,
};
