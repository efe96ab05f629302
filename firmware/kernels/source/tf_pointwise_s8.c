#include <string.h>

#include "tf_pointwise_block_s8.h"

static void expand(uint32_t *to, const int8_t *input, int32_t channels, int32_t pixels)
{
    int32_t channel = 0;
    for (; channel + 4 <= channels; channel += 4)
    {
        const int8_t *from = input + channel;
        for (int32_t pixel = 0; pixel < pixels; pixel++, from += channels)
        {
            uint32_t bytes;
            memcpy(&bytes, from, 4);
            to = tf_expand4(to, bytes);
        }
    }
    if (channel < channels)
    {
        const int8_t *from = input + channel;
        for (int32_t pixel = 0; pixel < pixels; pixel++, from += channels)
        {
            uint32_t bytes = 0;
            for (int32_t rest = 0; rest < channels - channel; rest++)
            {
                bytes |= (uint32_t)(uint8_t)from[rest] << (8 * rest);
            }
            to = tf_expand4(to, bytes);
        }
    }
}

void tf_pointwise_s8(const tf_pointwise *layer, const int8_t *input, int8_t *output, void *scratch)
{
    const int32_t channels4 = (layer->in_channels + 3) & ~3;
    int32_t left = layer->pixels;
    while (left > 0)
    {
        /* Four and five add up to any number from 12 on; what is left over below that goes one by one. */
        const int32_t pixels = left % 5 == 0 || left >= 9 + 4 ? 5 : left >= 4 ? 4 : 1;
        expand(scratch, input, layer->in_channels, pixels);
        tf_pointwise_block_s8(
            scratch, pixels, channels4, layer->out_channels, layer->records, layer->activation, output);
        input += pixels * layer->in_channels;
        output += pixels * layer->out_channels;
        left -= pixels;
    }
}
