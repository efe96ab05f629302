/* The inner part shared by 1x1 and general convolutions. Not part of the kernels' interface. */
#ifndef TF_POINTWISE_BLOCK_S8_H
#define TF_POINTWISE_BLOCK_S8_H

#include "tf_requantise.h"

/*
 * Where the expanded values of one block of pixels stand: four channels of one pixel, then of the next; each value is
 * 2 * (x + 128) in 16 bits, in the order (0, 2), (1, 3), as SXTB16 yields the weights. So an accumulator comes out
 * doubled, as tf_requantise wants it, at no cost.
 */
TF_INLINE uint32_t *tf_expand4(uint32_t *to, uint32_t bytes)
{
    const uint32_t shifted = bytes ^ 0x80808080u;
    to[0] = (shifted << 1) & 0x01FE01FEu;
    to[1] = (shifted >> 7) & 0x01FE01FEu;
    return to + 2;
}

/* All output channels of `pixels` (1, 4 or 5) neighbouring pixels; `channels4` is the input channels, rounded up to 4.
 */
void tf_pointwise_block_s8(const uint32_t *expanded,
                           int32_t pixels,
                           int32_t channels4,
                           int32_t out_channels,
                           const uint8_t *records,
                           tf_activation activation,
                           int8_t *output);

#endif
