#include "tf_requantise.h"

void tf_conv2d_exact_s8(const tf_conv2d *layer,
                        const tf_exact_constants *constants,
                        const int8_t *input,
                        int8_t *output)
{
    const int32_t channels = layer->in_channels;
    for (int32_t out_y = 0; out_y < layer->out_height; out_y++)
    {
        for (int32_t out_x = 0; out_x < layer->out_width; out_x++)
        {
            const int8_t *w = constants->weights;
            for (int32_t out = 0; out < layer->out_channels; out++)
            {
                uint32_t sum = (uint32_t)constants->bias[out];
                for (int32_t kernel_y = 0; kernel_y < layer->kernel_height; kernel_y++)
                {
                    const int32_t y = out_y * layer->stride_height - layer->pad_top + kernel_y * layer->dilation_height;
                    for (int32_t kernel_x = 0; kernel_x < layer->kernel_width; kernel_x++, w += channels)
                    {
                        const int32_t x =
                            out_x * layer->stride_width - layer->pad_left + kernel_x * layer->dilation_width;
                        if (y < 0 || y >= layer->in_height || x < 0 || x >= layer->in_width)
                        {
                            continue;
                        }
                        const int8_t *from = input + (y * layer->in_width + x) * channels;
                        for (int32_t channel = 0; channel < channels; channel++)
                        {
                            sum += (uint32_t)(w[channel] * (from[channel] - constants->input_zero_point));
                        }
                    }
                }
                const int32_t value = tf_multiply((int32_t)sum, constants->multipliers[out], constants->exponents[out]);
                *output++ = (int8_t)tf_clamp(value + constants->output_zero_point, layer->activation);
            }
        }
    }
}
