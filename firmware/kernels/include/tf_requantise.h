/* Requantisation for the kernels. Not part of their interface. */
#ifndef TF_REQUANTISE_H
#define TF_REQUANTISE_H

#include <stdint.h>

#include "tf_kernels.h"

#define TF_INLINE static inline __attribute__((always_inline))

TF_INLINE int32_t tf_clamp(int32_t value, tf_activation range)
{
    return value < range.min ? range.min : value > range.max ? range.max : value;
}

/* (a * b + 2^30) >> 31; a is never INT32_MIN here. */
TF_INLINE int32_t tf_srdhm(int32_t a, int32_t b)
{
    return (int32_t)(((int64_t)a * b + (1 << 30)) >> 31);
}

/* value / 2^shift, halves away from zero. */
TF_INLINE int32_t tf_rdbp(int32_t value, int32_t shift)
{
    const int32_t mask = (int32_t)((1u << shift) - 1);
    const int32_t remainder = value & mask;
    return (value >> shift) + (remainder > (mask >> 1) + (value < 0));
}

/* TFLite's MultiplyByQuantizedMultiplier. */
TF_INLINE int32_t tf_multiply(int32_t value, int32_t multiplier, int32_t exponent)
{
    const int32_t left = exponent > 0 ? exponent : 0;
    const int32_t right = exponent > 0 ? 0 : -exponent;
    return tf_rdbp(tf_srdhm((int32_t)((uint32_t)value << left), multiplier), right);
}

/*
 * For a doubled accumulator. Its sign may stand for that of the product in RDBP: they differ only for a product of
 * zero, where the one subtracted is less than the half that is added, as shift >= 1.
 */
TF_INLINE int32_t tf_requantise(int32_t accumulator2, const tf_requantisation *by)
{
    const int32_t rounding = by->rounding + (accumulator2 >> 31);
#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__)
    int32_t sum;
    __asm__("smmlar %0, %1, %2, %3" : "=r"(sum) : "r"(accumulator2), "r"(by->multiplier), "r"(rounding));
    return sum >> by->shift;
#else
    return ((int32_t)(((int64_t)accumulator2 * by->multiplier + 0x80000000ll) >> 32) + rounding) >> by->shift;
#endif
}

/* To -128..127. */
TF_INLINE int32_t tf_saturate(int32_t value)
{
#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__)
    __asm__("ssat %0, #8, %0" : "+r"(value));
    return value;
#else
    return value < -128 ? -128 : value > 127 ? 127 : value;
#endif
}

#endif
