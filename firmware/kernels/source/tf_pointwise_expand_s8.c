#include <string.h>

#include "tf_pointwise_block_s8.h"

TF_INLINE void expand(uint32_t *to, const int8_t *input, int32_t channels, int32_t stride, const int32_t pixels)
{
    for (int32_t pixel = 0; pixel < pixels; pixel++, input += stride)
    {
        const int8_t *from = input;
        uint32_t *at = to + 2 * pixel;
        int32_t left = channels;
        for (; left >= 8; left -= 8, from += 8, at += 4 * pixels)
        {
            uint32_t bytes[2];
            memcpy(bytes, from, 8);
            tf_expand4(at, bytes[0]);
            tf_expand4(at + 2 * pixels, bytes[1]);
        }
        if (left >= 4)
        {
            uint32_t bytes;
            memcpy(&bytes, from, 4);
            tf_expand4(at, bytes);
            left -= 4;
            from += 4;
            at += 2 * pixels;
        }
        if (left > 0)
        {
            uint32_t bytes = 0;
            for (int32_t i = 0; i < left; i++)
            {
                bytes |= (uint32_t)(uint8_t)from[i] << (8 * i);
            }
            tf_expand4(at, bytes);
        }
    }
}

void tf_pointwise_expand_s8(uint32_t *to, const int8_t *input, int32_t channels, int32_t stride, int32_t pixels)
{
    switch (pixels)
    {
        case 5:
            expand(to, input, channels, stride, 5);
            break;
        case 4:
            expand(to, input, channels, stride, 4);
            break;
        default:
            expand(to, input, channels, stride, pixels);
            break;
    }
}
