/* Caches of the Cortex-M7 (ARM DDI 0489, section 5; ARM DDI 0403, B2.2). */
#ifndef TF_CORTEXM_CACHE_H
#define TF_CORTEXM_CACHE_H

#include "cortexm.h"

#define SCB_CCSIDR REG32(0xE000ED80u)
#define SCB_CSSELR REG32(0xE000ED84u)
#define SCB_ICIALLU REG32(0xE000EF50u)
#define SCB_DCISW REG32(0xE000EF60u)

/** Both caches, invalidated first: what they hold after a reset is undefined. */
static inline void caches_start(void)
{
    barrier();
    SCB_ICIALLU = 0;
    barrier();
    SCB_CCR |= SCB_CCR_IC;
    SCB_CSSELR = 0;
    barrier();
    const uint32_t sets = (SCB_CCSIDR >> 13) & 0x7FFFu;
    const uint32_t ways = (SCB_CCSIDR >> 3) & 0x3FFu;
    for (uint32_t set = 0; set <= sets; set++)
    {
        /* The data cache of the Cortex-M7 has 4 ways, in bits 30 and 31, and lines of 32 bytes. */
        for (uint32_t way = 0; way <= ways; way++)
        {
            SCB_DCISW = way << 30 | set << 5;
        }
    }
    barrier();
    SCB_CCR |= SCB_CCR_DC;
    barrier();
}

#endif
