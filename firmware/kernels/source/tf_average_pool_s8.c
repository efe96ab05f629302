#include "tf_requantise.h"

void tf_average_pool_s8(const tf_conv2d *layer, const int8_t *input, int8_t *output)
{
    const int32_t channels = layer->in_channels;
    for (int32_t out_y = 0; out_y < layer->out_height; out_y++)
    {
        const int32_t origin_y = out_y * layer->stride_height - layer->pad_top;
        const int32_t first_y = origin_y < 0 ? 0 : origin_y;
        const int32_t bottom = origin_y + layer->kernel_height;
        const int32_t end_y = bottom < layer->in_height ? bottom : layer->in_height;
        for (int32_t out_x = 0; out_x < layer->out_width; out_x++)
        {
            const int32_t origin_x = out_x * layer->stride_width - layer->pad_left;
            const int32_t first_x = origin_x < 0 ? 0 : origin_x;
            const int32_t right = origin_x + layer->kernel_width;
            const int32_t end_x = right < layer->in_width ? right : layer->in_width;
            const int32_t count = (end_y - first_y) * (end_x - first_x);
            for (int32_t channel = 0; channel < channels; channel++)
            {
                int32_t sum = 0;
                for (int32_t y = first_y; y < end_y; y++)
                {
                    const int8_t *from = input + (y * layer->in_width + first_x) * channels + channel;
                    for (int32_t x = first_x; x < end_x; x++, from += channels)
                    {
                        sum += *from;
                    }
                }
                const int32_t rounded = sum > 0 ? sum + count / 2 : sum - count / 2;
                *output++ = (int8_t)tf_clamp(rounded / count, layer->activation);
            }
        }
    }
}
