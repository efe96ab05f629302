/*
 * Depthwise convolution of four channels at a time, by windows whose sizes are known when it is compiled: the generator
 * makes a function of each that a network needs. All kernels, strides, dilations and multipliers.
 *
 * The scratch holds the weights of the four channels and some rows of their input with its padding, all as 16 bits in
 * the order (0, 2), (1, 3), as SXTB16 yields them.
 */
#ifndef TF_DEPTHWISE_QUADS_H
#define TF_DEPTHWISE_QUADS_H

#include <string.h>

#include "tf_requantise.h"

typedef struct
{
    int32_t in_height;
    int32_t in_width;
    int32_t in_channels;
    int32_t out_height;
    int32_t out_width;
    int32_t out_channels;
    int32_t pad_top;
    int32_t pad_left;
    int32_t input_zero_point;
    tf_activation activation;
    /*
     * Four output channels each, the last of them filled up with zeros: int32_t bias2[4], int8_t weights[taps][4],
     * tf_requantisation[4]; see tf_kernels.h. Taps are in the order HW.
     */
    const uint8_t *records;
    /* Pixels in a row of the scratch, and how many rows there are: at least those that one output needs. */
    int32_t slab_width;
    int32_t slab_rows;
} tf_depthwise_quads;

/* Where the work on four channels is. Rows are counted from the first one of the padding. */
typedef struct
{
    const tf_depthwise_quads *layer;
    const int8_t *input;
    int16_t *slab;
    /* The first output channel. */
    int32_t channel;
    /* The row that stands first in the slab, and the one to load next. */
    int32_t first;
    int32_t next;
} tf_quads;

/* Spreads the weights out into the scratch, and begins with the first row. */
tf_quads tf_quads_start(
    const tf_depthwise_quads *layer, const int8_t *input, void *scratch, int32_t channel, int32_t taps);

/* Loads rows [top, top + count) where they are not there yet; returns where the first of them begins. */
const int16_t *tf_quads_rows(tf_quads *quads, int32_t top, int32_t count);

/* Pixels of one value. */
TF_INLINE void tf_quads_fill(int16_t *to, int32_t pixels, int32_t value)
{
    const uint32_t halves = ((uint32_t)value & 0xFFFFu) * 0x10001u;
    for (int32_t i = 0; i < pixels; i++, to += 4)
    {
        memcpy(to, &halves, 4);
        memcpy(to + 2, &halves, 4);
    }
}

/* Where the layer has an activation of its own. */
void tf_quads_clamp(const tf_depthwise_quads *layer, int8_t *output, int32_t lanes);

#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__)

#define TF_QUADS_ROW TF_INLINE
#define TF_QUADS_UNROLL _Pragma("GCC unroll 8")

/* One tap of all four; both pointers move on. Volatile, as compilers do not know that the slab changes. */
#define TF_QUADS_TAP(step)                              \
    {                                                   \
        uint32_t x0, x1, w0, w1;                        \
        __asm__ volatile(                               \
            "ldrd %[x0], %[x1], [%[x]], %[to_next]\n\t" \
            "ldrd %[w0], %[w1], [%[w]], #8\n\t"         \
            "smlabb %[a0], %[x0], %[w0], %[a0]\n\t"     \
            "smlatt %[a2], %[x0], %[w0], %[a2]\n\t"     \
            "smlabb %[a1], %[x1], %[w1], %[a1]\n\t"     \
            "smlatt %[a3], %[x1], %[w1], %[a3]\n\t"     \
            : [a0] "+r"(sum0),                          \
              [a1] "+r"(sum1),                          \
              [a2] "+r"(sum2),                          \
              [a3] "+r"(sum3),                          \
              [x] "+r"(x),                              \
              [w] "+r"(w),                              \
              [x0] "=&r"(x0),                           \
              [x1] "=&r"(x1),                           \
              [w0] "=&r"(w0),                           \
              [w1] "=&r"(w1)                            \
            : [to_next] "i"(8 * (step)));               \
    }

/* See tf_requantise. */
#define TF_QUADS_ONE(sum)            \
    "ldmia %[by]!, {r4, r5, r6}\n\t" \
    "add r5, r5, %[" sum             \
    "], asr #31\n\t"                 \
    "smmlar %[" sum "], %[" sum      \
    "], r4, r5\n\t"                  \
    "asr %[" sum "], %[" sum         \
    "], r6\n\t"                      \
    "ssat %[" sum "], #8, %[" sum "]\n\t"
#define TF_QUADS_REQUANTISE                                                                     \
    __asm__(TF_QUADS_ONE("a0") TF_QUADS_ONE("a1") TF_QUADS_ONE("a2") TF_QUADS_ONE("a3")         \
            : [a0] "+r"(sum0), [a1] "+r"(sum1), [a2] "+r"(sum2), [a3] "+r"(sum3), [by] "+r"(by) \
            :                                                                                   \
            : "r4", "r5", "r6")

#else

/* Elsewhere one function is enough for all windows. */
#define TF_QUADS_ROW static __attribute__((noinline, unused))
#define TF_QUADS_UNROLL

#define TF_QUADS_TAP(step)               \
    {                                    \
        sum0 += (uint32_t)(x[0] * w[0]); \
        sum2 += (uint32_t)(x[1] * w[1]); \
        sum1 += (uint32_t)(x[2] * w[2]); \
        sum3 += (uint32_t)(x[3] * w[3]); \
        x += 4 * (step);                 \
        w += 4;                          \
    }
#define TF_QUADS_REQUANTISE                                                 \
    {                                                                       \
        sum0 = (uint32_t)tf_saturate(tf_requantise((int32_t)sum0, by));     \
        sum1 = (uint32_t)tf_saturate(tf_requantise((int32_t)sum1, by + 1)); \
        sum2 = (uint32_t)tf_saturate(tf_requantise((int32_t)sum2, by + 2)); \
        sum3 = (uint32_t)tf_saturate(tf_requantise((int32_t)sum3, by + 3)); \
    }

#endif

/* One row of outputs of up to four channels. */
TF_QUADS_ROW void tf_quads_row(const tf_quads *quads,
                               const int16_t *from,
                               const int16_t *weights,
                               const uint8_t *record,
                               int8_t *to,
                               const int32_t lanes,
                               const int32_t kernel_height,
                               const int32_t kernel_width,
                               const int32_t stride_width,
                               const int32_t dilation_height,
                               const int32_t dilation_width)
{
    const tf_depthwise_quads *layer = quads->layer;
    const int32_t out_channels = layer->out_channels;
    const uint32_t *bias2 = (const uint32_t *)record;
    const tf_requantisation *requantisation =
        (const tf_requantisation *)(record + 16 + 4 * kernel_height * kernel_width);
    const int32_t to_next_row = 4 * (layer->slab_width * dilation_height - kernel_width * dilation_width);
    const int8_t *end = to + layer->out_width * out_channels;
    for (; to != end; to += out_channels, from += 4 * stride_width)
    {
        const int16_t *x = from;
        const int16_t *w = weights;
        const tf_requantisation *by = requantisation;
        uint32_t sum0 = bias2[0], sum1 = bias2[1], sum2 = bias2[2], sum3 = bias2[3];
        TF_QUADS_UNROLL
        for (int32_t kernel_y = 0; kernel_y < kernel_height; kernel_y++)
        {
            TF_QUADS_UNROLL
            for (int32_t kernel_x = 0; kernel_x < kernel_width; kernel_x++)
            {
                TF_QUADS_TAP(dilation_width);
            }
            x += to_next_row;
        }
        TF_QUADS_REQUANTISE;
        to[0] = (int8_t)sum0;
        if (lanes > 1)
        {
            to[1] = (int8_t)sum1;
        }
        if (lanes > 2)
        {
            to[2] = (int8_t)sum2;
        }
        if (lanes > 3)
        {
            to[3] = (int8_t)sum3;
        }
    }
}

/* Output may be the input's own memory where it is no larger and the multiplier is 1. */
TF_INLINE void tf_depthwise_quads_s8(const tf_depthwise_quads *layer,
                                     const int8_t *input,
                                     int8_t *output,
                                     void *scratch,
                                     const int32_t kernel_height,
                                     const int32_t kernel_width,
                                     const int32_t stride_height,
                                     const int32_t stride_width,
                                     const int32_t dilation_height,
                                     const int32_t dilation_width)
{
    const int32_t taps = kernel_height * kernel_width;
    const int32_t span = (kernel_height - 1) * dilation_height + 1;
    const uint8_t *record = layer->records;
    for (int32_t channel = 0; channel < layer->out_channels; channel += 4, record += 64 + 4 * taps)
    {
        tf_quads quads = tf_quads_start(layer, input, scratch, channel, taps);
        const int32_t lanes = layer->out_channels - channel;
        int8_t *to = output + channel;
        for (int32_t y = 0; y < layer->out_height; y++, to += layer->out_width * layer->out_channels)
        {
            const int16_t *from = tf_quads_rows(&quads, y * stride_height, span);
            if (lanes >= 4)
            {
                tf_quads_row(&quads,
                             from,
                             scratch,
                             record,
                             to,
                             4,
                             kernel_height,
                             kernel_width,
                             stride_width,
                             dilation_height,
                             dilation_width);
            }
            else
            {
                tf_quads_row(&quads,
                             from,
                             scratch,
                             record,
                             to,
                             lanes,
                             kernel_height,
                             kernel_width,
                             stride_width,
                             dilation_height,
                             dilation_width);
            }
        }
        if (layer->activation.min > -128 || layer->activation.max < 127)
        {
            tf_quads_clamp(layer, output + channel, lanes < 4 ? lanes : 4);
        }
    }
}

#endif
