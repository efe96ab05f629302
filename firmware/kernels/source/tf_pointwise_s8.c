#include "tf_pointwise_block_s8.h"

void tf_pointwise_s8(const tf_pointwise *layer, const int8_t *input, int8_t *output, void *scratch)
{
    const int32_t channels = layer->in_channels;
    /* Outputs larger than inputs are made from the last to the first, as they may lie over what is yet to be read. */
    const int is_backward = layer->out_channels > channels;
    int32_t left = layer->pixels;
    if (is_backward)
    {
        input += left * channels;
        output += left * layer->out_channels;
    }
    while (left > 0)
    {
        const int32_t pixels = tf_pointwise_pixels(left);
        left -= pixels;
        if (is_backward)
        {
            input -= pixels * channels;
            output -= pixels * layer->out_channels;
        }
        tf_pointwise_expand_s8(scratch, input, channels, channels, pixels);
        tf_pointwise_block_s8(
            scratch, pixels, (channels + 3) & ~3, layer->out_channels, layer->records, layer->activation, output);
        if (!is_backward)
        {
            input += pixels * channels;
            output += pixels * layer->out_channels;
        }
    }
}
