#include <string.h>

#include "tf_requantise.h"

void tf_pointwise_exact_s8(
    const tf_pointwise *layer, const tf_exact_constants *constants, const int8_t *input, int8_t *output, void *scratch)
{
    const int32_t channels = layer->in_channels;
    const int is_backward = layer->out_channels > channels;
    int8_t *values = scratch;
    for (int32_t i = 0; i < layer->pixels; i++)
    {
        const int32_t pixel = is_backward ? layer->pixels - 1 - i : i;
        memcpy(values, input + pixel * channels, (size_t)channels);
        const int8_t *w = constants->weights;
        int8_t *to = output + pixel * layer->out_channels;
        for (int32_t out = 0; out < layer->out_channels; out++, w += channels)
        {
            uint32_t sum = (uint32_t)constants->bias[out];
            for (int32_t channel = 0; channel < channels; channel++)
            {
                sum += (uint32_t)(w[channel] * (values[channel] - constants->input_zero_point));
            }
            const int32_t value = tf_multiply((int32_t)sum, constants->multipliers[out], constants->exponents[out]);
            to[out] = (int8_t)tf_clamp(value + constants->output_zero_point, layer->activation);
        }
    }
}
