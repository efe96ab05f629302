/* How much of the stack and of the arena was used, by painting; and the SRAM that nothing else uses. */
#ifndef TF_MEMORY_H
#define TF_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

/* The paint of a place is its address or offset, times the one, xor the other: no value is likely to repeat it. */
#define PAINT_FACTOR 2654435761u
#define PAINT_MASK 0x5A17C3E9u

/** Paints what lies below the caller. `pattern` is 0 or 1: a byte equal to the one is not equal to the other. */
void stack_paint(uint32_t pattern);

/** Bytes from the top of the stack to the deepest word written since it was painted. */
uint32_t stack_high_water(uint32_t pattern);
uint32_t stack_bytes(void);

/** `keep` is left alone where it lies in the arena. */
void arena_paint(uint32_t pattern, const int8_t *keep, uint32_t keep_bytes);

/** Bytes from the base of the arena to the last one that no longer has its paint; those kept do not count. */
uint32_t arena_high_water(uint32_t pattern, const int8_t *kept, uint32_t kept_bytes);

/** .data and .bss without the arena. */
uint32_t static_bytes(void);

/** SRAM behind everything else, and its size; 8-byte aligned. */
uint8_t *free_sram(void);
uint32_t free_sram_bytes(void);

#endif
