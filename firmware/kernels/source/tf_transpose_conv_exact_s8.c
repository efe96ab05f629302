#include "tf_requantise.h"

void tf_transpose_conv_exact_s8(const tf_conv2d *layer,
                                const tf_exact_constants *constants,
                                const int8_t *input,
                                int8_t *output)
{
    const int32_t channels = layer->in_channels;
    const int32_t taps = layer->kernel_height * layer->kernel_width;
    for (int32_t out_y = 0; out_y < layer->out_height; out_y++)
    {
        for (int32_t out_x = 0; out_x < layer->out_width; out_x++)
        {
            for (int32_t out = 0; out < layer->out_channels; out++)
            {
                uint32_t sum = (uint32_t)constants->bias[out];
                for (int32_t tap = 0; tap < taps; tap++)
                {
                    /* The input element whose kernel has this tap here, if any. */
                    const int32_t from_y = out_y + layer->pad_top - tap / layer->kernel_width;
                    const int32_t from_x = out_x + layer->pad_left - tap % layer->kernel_width;
                    const int32_t y = from_y / layer->stride_height;
                    const int32_t x = from_x / layer->stride_width;
                    if (from_y < 0 || from_x < 0 || y * layer->stride_height != from_y ||
                        x * layer->stride_width != from_x || y >= layer->in_height || x >= layer->in_width)
                    {
                        continue;
                    }
                    const int8_t *w = constants->weights + (out * taps + tap) * channels;
                    const int8_t *value = input + (y * layer->in_width + x) * channels;
                    for (int32_t channel = 0; channel < channels; channel++)
                    {
                        sum += (uint32_t)(w[channel] * (value[channel] - constants->input_zero_point));
                    }
                }
                const int32_t value = tf_multiply((int32_t)sum, constants->multipliers[out], constants->exponents[out]);
                *output++ = (int8_t)tf_clamp(value + constants->output_zero_point, layer->activation);
            }
        }
    }
}
