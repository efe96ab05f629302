#include "ticks.h"

#include "cortexm.h"

/*
 * QEMU cuts each SysTick period to whole nanoseconds. At 168 MHz, where a tick is 125/21 ns, periods of 20 modulo 21
 * ticks lose least (1/21 ns), so that a long window still gives the exact number of instructions.
 */
#define PERIOD 16777214u
#define CALIBRATION_ROUNDS 256u

typedef struct
{
    uint32_t cycles;  /* CYCCNT */
    uint32_t counter; /* SysTick, counting down */
    uint32_t wraps;   /* interrupts taken */
    uint32_t pending; /* wrapped, but the interrupt is still to come */
} ticks_sample;

static volatile uint32_t systick_wraps;
static bool has_cyccnt;
static uint32_t core_hz;
static uint32_t start_cycles;
static uint64_t past_ticks;
static uint64_t awake_until;
/* Ticks of one SysTick interrupt, times CALIBRATION_ROUNDS. */
static uint32_t interrupt_cost;

void SysTick_Handler(void);

__attribute__((naked)) void SysTick_Handler(void)
{
    __asm volatile(
        "ldr r0, =systick_wraps\n"
        "ldr r1, [r0]\n"
        "adds r1, r1, #1\n"
        "str r1, [r0]\n"
        "bx lr\n"
        ".ltorg\n");
}

/* Always the same number of instructions before and after the counters are read. */
static inline ticks_sample take_sample(void)
{
    ticks_sample sample;
    uint32_t primask;
    __asm volatile("mrs %0, primask\n cpsid i" : "=r"(primask)::"memory");
    sample.cycles = DWT_CYCCNT;
    sample.counter = SYST_CVR;
    sample.pending = SCB_ICSR & SCB_ICSR_PENDSTSET;
    sample.wraps = systick_wraps;
    __asm volatile("msr primask, %0" ::"r"(primask) : "memory");
    return sample;
}

static inline void restart(void)
{
    SYST_CSR = 0;
    SCB_ICSR = SCB_ICSR_PENDSTCLR;
    SYST_CVR = 0;
    systick_wraps = 0;
    barrier();
    SYST_CSR = SYST_CSR_ENABLE | SYST_CSR_TICKINT | SYST_CSR_CORE_CLOCK;
    start_cycles = DWT_CYCCNT;
}

static uint64_t elapsed(const ticks_sample *sample)
{
    const bool uncounted = sample->pending != 0 && sample->counter > PERIOD / 2u;
    const uint64_t periods = (uint64_t)sample->wraps + (uncounted ? 1u : 0u);
    const uint64_t systick = periods * PERIOD + (PERIOD - 1u - sample->counter);
    if (!has_cyccnt)
    {
        return systick;
    }
    /* CYCCNT has the exact low half; SysTick, a few cycles off, tells how often it wrapped. */
    const uint32_t low = sample->cycles - start_cycles;
    const uint64_t wrapped = (systick - low + 0x80000000u) >> 32;
    return (wrapped << 32) + low;
}

__attribute__((noinline)) static uint32_t calibration_window(uint32_t icsr)
{
    restart();
    for (uint32_t i = 0; i < CALIBRATION_ROUNDS; i++)
    {
        SCB_ICSR = icsr;
        barrier();
    }
    const ticks_sample sample = take_sample();
    return has_cyccnt ? sample.cycles - start_cycles : PERIOD - 1u - sample.counter;
}

void ticks_start(uint32_t clock_hz)
{
    core_hz = clock_hz;
    DEMCR |= DEMCR_TRCENA;
    DWT_LAR = DWT_LAR_KEY;
    DWT_CYCCNT = 0;
    DWT_CTRL |= DWT_CTRL_CYCCNTENA;
    const uint32_t before = DWT_CYCCNT;
    for (volatile int i = 0; i < 16; i++)
    {
    }
    has_cyccnt = DWT_CYCCNT != before;
    SYST_RVR = PERIOD - 1u;
    interrupt_cost = calibration_window(SCB_ICSR_PENDSTSET) - calibration_window(0);
    past_ticks = 0;
    restart();
}

const char *ticks_source(void)
{
    return has_cyccnt ? "dwt" : "systick";
}

uint32_t ticks_hz(void)
{
    return core_hz;
}

__attribute__((noinline)) void ticks_begin(void)
{
    past_ticks = ticks_now();
    restart();
}

__attribute__((noinline)) uint64_t ticks_end(void)
{
    const ticks_sample sample = take_sample();
    const uint64_t interrupts = (uint64_t)sample.wraps * interrupt_cost;
    return elapsed(&sample) - (interrupts + CALIBRATION_ROUNDS / 2u) / CALIBRATION_ROUNDS;
}

uint64_t ticks_now(void)
{
    const ticks_sample sample = take_sample();
    return past_ticks + elapsed(&sample);
}

void ticks_stay_awake(void)
{
    awake_until = ticks_now() + 60u * (uint64_t)core_hz;
}

void ticks_allow_sleep(void)
{
    awake_until = 0;
}

bool ticks_may_sleep(void)
{
    return awake_until == 0 || ticks_now() >= awake_until;
}

void ticks_sleep(void)
{
    past_ticks = ticks_now();
    SYST_CSR = 0;
}

void ticks_wake(void)
{
    restart();
}
