/* The inner part shared by 1x1 and general convolutions. Not part of the kernels' interface. */
#ifndef TF_POINTWISE_BLOCK_S8_H
#define TF_POINTWISE_BLOCK_S8_H

#include <string.h>

#include "tf_requantise.h"

/*
 * Where the expanded values of one block of pixels stand: four channels of one pixel, then of the next; each value is
 * 2 * (x + 128) in 16 bits, in the order (0, 2), (1, 3), as SXTB16 yields the weights. So an accumulator comes out
 * doubled, as tf_requantise wants it, at no cost.
 */
TF_INLINE void tf_expand4(uint32_t *to, uint32_t bytes)
{
    const uint32_t positive = bytes ^ 0x80808080u;
    to[0] = (positive << 1) & 0x01FE01FEu;
    to[1] = (positive >> 7) & 0x01FE01FEu;
}

/* How many pixels to do next, such that blocks are as large and as equal as may be. */
TF_INLINE int32_t tf_pixels_together(int32_t left, int32_t most)
{
    const int32_t blocks = (left + most - 1) / most;
    return (left + blocks - 1) / blocks;
}

TF_INLINE int32_t tf_pointwise_pixels(int32_t left)
{
    return tf_pixels_together(left, TF_POINTWISE_PIXELS);
}

/* Expands a run of bytes, four by four, to places `step` words apart; returns the next place. */
TF_INLINE uint32_t *tf_expand_quads(uint32_t *to, const int8_t *from, int32_t quads, int32_t step)
{
    for (; quads > 0; quads--, from += 4, to += step)
    {
        uint32_t bytes;
        memcpy(&bytes, from, 4);
        tf_expand4(to, bytes);
    }
    return to;
}

/* Expands `pixels` rows of `channels` bytes, `stride` bytes apart; the last channels are filled up to four. */
void tf_pointwise_expand_s8(uint32_t *to, const int8_t *input, int32_t channels, int32_t stride, int32_t pixels);

/* All output channels of 1 to TF_POINTWISE_PIXELS pixels; `channels4` is the input channels, rounded up to 4. */
void tf_pointwise_block_s8(const uint32_t *expanded,
                           int32_t pixels,
                           int32_t channels4,
                           int32_t out_channels,
                           const uint8_t *records,
                           tf_activation activation,
                           int8_t *output);

#endif
