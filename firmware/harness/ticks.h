/*
 * Ticks of the core clock, 64 bits: DWT CYCCNT where it advances, else SysTick. SysTick's interrupt counts the wraps
 * of either; what it costs is measured once and taken out of every window.
 */
#ifndef TF_TICKS_H
#define TF_TICKS_H

#include <stdbool.h>
#include <stdint.h>

/** Chooses the counter, measures the cost of its interrupt, and starts to count. */
void ticks_start(uint32_t clock_hz);

/** `dwt` or `systick`. */
const char *ticks_source(void);
uint32_t ticks_hz(void);

/** A timed window: the ticks from the end of ticks_begin to the start of ticks_end. Windows do not nest. */
void ticks_begin(void);
uint64_t ticks_end(void);

/** Ticks since ticks_start, without the time slept. */
uint64_t ticks_now(void);

/** No sleeping for the next minute, or until ticks_allow_sleep, so that ticks_now can be held against another clock. */
void ticks_stay_awake(void);
void ticks_allow_sleep(void);
bool ticks_may_sleep(void);

/** An idle emulator with a running SysTick keeps a core of its host busy: nothing counts while asleep. */
void ticks_sleep(void);
void ticks_wake(void);

#endif
