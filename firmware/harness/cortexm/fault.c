#include <stdint.h>

#include "console.h"
#include "cortexm.h"
#include "frame.h"

extern uint32_t __stack_base[], __sram_end[];

void fault_entry(void);
void fault_report(uint32_t *frame);

__attribute__((naked)) uint32_t probe_word(__attribute__((unused)) uint32_t address)
{
    __asm volatile(
        "ldr r0, [r0]\n"
        "bx lr\n");
}

__attribute__((naked)) void fault_entry(void)
{
    __asm volatile(
        "mrs r0, msp\n"
        "tst lr, #4\n"
        "it ne\n"
        "mrsne r0, psp\n"
        "b fault_report\n");
}

/* `frame` is what the exception pushed: r0 to r3, r12, lr, pc, xPSR. After a stack overflow it is not in memory. */
__attribute__((used)) void fault_report(uint32_t *frame)
{
    const int framed = frame >= __stack_base && frame + 8 <= __sram_end;
    if (framed && frame[6] == ((uint32_t)probe_word & ~1u))
    {
        frame[0] = 0;
        frame[6] += 2;
        SCB_CFSR = SCB_CFSR;
        return;
    }
    interrupts_off();
    SYST_CSR = 0;
    uint32_t ipsr;
    __asm volatile("mrs %0, ipsr" : "=r"(ipsr));
    put_end();
    frame_begin("fault");
    frame_hex("ipsr", ipsr, 1);
    frame_hex("hfsr", SCB_HFSR, 8);
    frame_hex("cfsr", SCB_CFSR, 8);
    frame_hex("pc", framed ? frame[6] : 0xFFFFFFFFu, 8);
    frame_hex("lr", framed ? frame[5] : 0xFFFFFFFFu, 8);
    frame_hex("mmfar", SCB_MMFAR, 8);
    frame_hex("bfar", SCB_BFAR, 8);
    frame_end();
    for (;;)
    {
        wait_for_interrupt();
    }
}
