/* gemmlowp's fixed-point numbers: Qn has n integer bits and 31 - n of fraction. Not part of the kernels' interface. */
#ifndef TF_FIXED_POINT_H
#define TF_FIXED_POINT_H

#include "tf_requantise.h"

TF_INLINE int32_t tf_shift_left_saturating(int32_t value, int32_t bits)
{
    const int32_t threshold = (int32_t)((1u << (31 - bits)) - 1);
    if (bits == 0)
    {
        return value;
    }
    return value > threshold ? INT32_MAX : value < -threshold ? INT32_MIN : (int32_t)((uint32_t)value << bits);
}

/* 1 / (1 + value) in Q0 for a Q0 value in [0, 1]: three steps of Newton and Raphson in Q2. */
TF_INLINE int32_t tf_one_over_one_plus(int32_t value)
{
    const int32_t half_denominator = (int32_t)(((int64_t)value + INT32_MAX + 1) / 2);
    /* 48/17 and -32/17. */
    int32_t x = 1515870810 + tf_srdhm(half_denominator, -1010580540);
    for (int32_t step = 0; step < 3; step++)
    {
        const int32_t rest = (1 << 29) - tf_srdhm(half_denominator, x);
        x += tf_shift_left_saturating(tf_srdhm(x, rest), 2);
    }
    return tf_shift_left_saturating(x, 1);
}

/* Of a positive number. */
TF_INLINE int32_t tf_leading_zeros(int32_t value)
{
    return __builtin_clz((uint32_t)value);
}

#endif
