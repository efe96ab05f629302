#include "memory.h"

/* In assembler, since it must have nothing on the stack that it paints: up to the caller's own. */
__attribute__((naked)) void stack_paint(__attribute__((unused)) uint32_t pattern)
{
    __asm volatile(
        "rsbs r0, r0, #0\n" /* 0 or all ones */
        "ldr r1, =__stack_base\n"
        "mov r12, sp\n"
        "1:\n"
        "cmp r1, r12\n"
        "bhs 2f\n"
        "ldr r2, =%c0\n"
        "muls r2, r1, r2\n"
        "ldr r3, =%c1\n"
        "eors r2, r2, r3\n"
        "eors r2, r2, r0\n"
        "stmia r1!, {r2}\n"
        "b 1b\n"
        "2:\n"
        "bx lr\n"
        ".ltorg\n" ::"i"(PAINT_FACTOR),
        "i"(PAINT_MASK));
}
