#include "tf_requantise.h"

void tf_fully_connected_exact_s8(const tf_fully_connected *layer,
                                 const tf_exact_constants *constants,
                                 const int8_t *input,
                                 int8_t *output)
{
    for (int32_t row = 0; row < layer->rows; row++, input += layer->in_features)
    {
        const int8_t *w = constants->weights;
        for (int32_t out = 0; out < layer->out_features; out++, w += layer->in_features)
        {
            uint32_t sum = (uint32_t)constants->bias[out];
            for (int32_t feature = 0; feature < layer->in_features; feature++)
            {
                sum += (uint32_t)(w[feature] * (input[feature] - constants->input_zero_point));
            }
            const int32_t value = tf_multiply((int32_t)sum, constants->multipliers[out], constants->exponents[out]);
            *output++ = (int8_t)tf_clamp(value + constants->output_zero_point, layer->activation);
        }
    }
}
