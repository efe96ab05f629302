/* Registers of the ARMv7-M and ARMv6-M system space that the harness uses (ARM DDI 0403, DDI 0419). */
#ifndef TF_CORTEXM_H
#define TF_CORTEXM_H

#include <stdint.h>

#define REG32(address) (*(volatile uint32_t *)(uintptr_t)(address))

#define SYST_CSR REG32(0xE000E010u)
#define SYST_RVR REG32(0xE000E014u)
#define SYST_CVR REG32(0xE000E018u)
#define SYST_CSR_ENABLE (1u << 0)
#define SYST_CSR_TICKINT (1u << 1)
#define SYST_CSR_CORE_CLOCK (1u << 2)

#define NVIC_ISER(irq) REG32(0xE000E100u + 4u * ((irq) / 32u))
#define NVIC_ICER(irq) REG32(0xE000E180u + 4u * ((irq) / 32u))
#define NVIC_BIT(irq) (1u << ((irq) % 32u))

#define SCB_CPUID REG32(0xE000ED00u)
#define SCB_ICSR REG32(0xE000ED04u)
#define SCB_ICSR_PENDSTSET (1u << 26)
#define SCB_ICSR_PENDSTCLR (1u << 25)
#define SCB_VTOR REG32(0xE000ED08u)
#define SCB_CCR REG32(0xE000ED14u)
#define SCB_CCR_DIV_0_TRP (1u << 4)
#define SCB_CCR_DC (1u << 16)
#define SCB_CCR_IC (1u << 17)
#define SCB_SHCSR REG32(0xE000ED24u)
#define SCB_SHCSR_FAULTS_ENABLED (7u << 16)
#define SCB_CFSR REG32(0xE000ED28u)
#define SCB_HFSR REG32(0xE000ED2Cu)
#define SCB_MMFAR REG32(0xE000ED34u)
#define SCB_BFAR REG32(0xE000ED38u)
#define MPU_TYPE REG32(0xE000ED90u)
#define MPU_CTRL REG32(0xE000ED94u)
#define MPU_CTRL_ENABLE_OVER_DEFAULT_MAP 5u
#define MPU_RBAR REG32(0xE000ED9Cu)
#define MPU_RBAR_REGION_0 (1u << 4)
#define MPU_RASR REG32(0xE000EDA0u)
#define MPU_RBAR_REGION_1 (1u << 4 | 1u)
#define MPU_RASR_NO_ACCESS_32K (1u << 28 | 14u << 1 | 1u)
/* Read-only for all, executable, normal memory that caches may hold as the default map has it; 2^bits bytes. */
#define MPU_RASR_READ_ONLY(bits) (6u << 24 | 1u << 17 | ((bits)-1u) << 1 | 1u)
#define SCB_CPACR REG32(0xE000ED88u)

#define DEMCR REG32(0xE000EDFCu)
#define DEMCR_TRCENA (1u << 24)
#define DWT_CTRL REG32(0xE0001000u)
#define DWT_CTRL_CYCCNTENA (1u << 0)
#define DWT_CYCCNT REG32(0xE0001004u)
#define DWT_LAR REG32(0xE0001FB0u)
#define DWT_LAR_KEY 0xC5ACCE55u

static inline void interrupts_off(void)
{
    __asm volatile("cpsid i" ::: "memory");
}
static inline void interrupts_on(void)
{
    __asm volatile("cpsie i" ::: "memory");
}
static inline void barrier(void)
{
    __asm volatile("dsb\n isb" ::: "memory");
}
static inline void wait_for_interrupt(void)
{
    __asm volatile("wfi" ::: "memory");
}

/** Reads a word that may not exist on this chip; 0 where the bus answers with a fault. */
uint32_t probe_word(uint32_t address);

#endif
