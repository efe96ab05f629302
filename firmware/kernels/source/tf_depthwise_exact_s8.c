#include "tf_requantise.h"

void tf_depthwise_exact_s8(
    const tf_conv2d *layer, const tf_exact_constants *constants, const int8_t *input, int8_t *output, void *scratch)
{
    const int32_t multiplier = layer->out_channels / layer->in_channels;
    int8_t *plane = scratch;
    for (int32_t channel = 0; channel < layer->in_channels; channel++)
    {
        /* A copy, so that the output may take the place of the input. */
        for (int32_t pixel = 0; pixel < layer->in_height * layer->in_width; pixel++)
        {
            plane[pixel] = input[pixel * layer->in_channels + channel];
        }
        for (int32_t out = channel * multiplier; out < (channel + 1) * multiplier; out++)
        {
            int8_t *to = output + out;
            for (int32_t out_y = 0; out_y < layer->out_height; out_y++)
            {
                for (int32_t out_x = 0; out_x < layer->out_width; out_x++, to += layer->out_channels)
                {
                    const int8_t *w = constants->weights + out;
                    uint32_t sum = (uint32_t)constants->bias[out];
                    for (int32_t kernel_y = 0; kernel_y < layer->kernel_height; kernel_y++)
                    {
                        const int32_t y =
                            out_y * layer->stride_height - layer->pad_top + kernel_y * layer->dilation_height;
                        for (int32_t kernel_x = 0; kernel_x < layer->kernel_width; kernel_x++)
                        {
                            const int32_t x =
                                out_x * layer->stride_width - layer->pad_left + kernel_x * layer->dilation_width;
                            if (y >= 0 && y < layer->in_height && x >= 0 && x < layer->in_width)
                            {
                                sum += (uint32_t)(*w * (plane[y * layer->in_width + x] - constants->input_zero_point));
                            }
                            w += layer->out_channels;
                        }
                    }
                    const int32_t value =
                        tf_multiply((int32_t)sum, constants->multipliers[out], constants->exponents[out]);
                    *to = (int8_t)tf_clamp(value + constants->output_zero_point, layer->activation);
                }
            }
        }
    }
}
