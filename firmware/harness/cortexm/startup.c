#include <stdint.h>

#include "board.h"
#include "cortexm.h"

extern uint32_t __data_load[], __data_start[], __data_end[], __arena_start[], __bss_end[];
extern uint32_t __stack_base[], __stack_top[], __handler_stack_top[];
extern uint8_t __flash_start[], __flash_size[];

void Reset_Handler(void);
void fault_entry(void);
void SysTick_Handler(void);
void console_interrupt(void);
int main(void);

typedef void (*vector)(void);

/* ARM DDI 0403, B1.5.3. Any interrupt that nobody asked for is reported as a fault is. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
__attribute__((section(".vectors"), used)) static const vector vectors[16 + BOARD_IRQ_COUNT] = {
    [0] = (vector)(void *)__handler_stack_top,
    [1] = Reset_Handler,
    [2 ... 14] = fault_entry,
    [15] = SysTick_Handler,
    [16 ... 16 + BOARD_IRQ_COUNT - 1] = fault_entry,
    [16 + BOARD_CONSOLE_IRQ] = console_interrupt,
};
#pragma GCC diagnostic pop

/*
 * The program's stack ends at the bottom of SRAM, and flash is no place to write to. Not every chip or emulator answers
 * an access below the one, or a store to the other, with a fault, so the 32 KiB below SRAM are closed and flash is
 * read-only (PMSAv7, B3.5).
 */
static void guard_memories(void)
{
    if (MPU_TYPE != 0)
    {
        MPU_RBAR = ((uint32_t)__stack_base - 0x8000u) | MPU_RBAR_REGION_0;
        MPU_RASR = MPU_RASR_NO_ACCESS_32K;
        MPU_RBAR = (uint32_t)__flash_start | MPU_RBAR_REGION_1;
        MPU_RASR = MPU_RASR_READ_ONLY(31u - (uint32_t)__builtin_clz((uint32_t)__flash_size));
        MPU_CTRL = MPU_CTRL_ENABLE_OVER_DEFAULT_MAP;
        barrier();
    }
}

__attribute__((noreturn, used)) static void start(void)
{
    SCB_VTOR = (uint32_t)vectors;
    SCB_SHCSR |= SCB_SHCSR_FAULTS_ENABLED;
    SCB_CCR |= SCB_CCR_DIV_0_TRP;
    guard_memories();
#if defined(__ARM_FP)
    SCB_CPACR |= 0xFu << 20;
    barrier();
#endif
    const uint32_t *from = __data_load;
    for (uint32_t *to = __data_start; to < __data_end; to++)
    {
        *to = *from++;
    }
    for (uint32_t *to = __arena_start; to < __bss_end; to++)
    {
        *to = 0;
    }
    main();
    __builtin_trap();
}

/* The program runs on the process stack; the handlers, that of a stack overflow too, have the main stack for
 * themselves. */
__attribute__((naked)) void Reset_Handler(void)
{
    __asm volatile(
        "ldr r0, =__stack_top\n"
        "msr psp, r0\n"
        "movs r0, #2\n"
        "msr control, r0\n"
        "isb\n"
        "bl start\n"
        ".ltorg\n");
}
