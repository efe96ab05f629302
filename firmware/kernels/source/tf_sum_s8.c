#include "tf_walk.h"

/* An input times 2^20 in the common unit of the sum. */
static int32_t scaled(const tf_binary *layer, int32_t which, int32_t value)
{
    const int32_t high = (value - layer->zero_points[which]) * (1 << 20);
    return tf_multiply(high, layer->multipliers[which], layer->exponents[which]);
}

void tf_sum_s8(const tf_binary *layer, const int8_t *first, const int8_t *second, int8_t *output)
{
    const int32_t last = TF_RANK - 1;
    tf_walk walk = {0};
    do
    {
        const int8_t *a = first + walk.first;
        const int8_t *b = second + walk.second;
        for (int32_t i = 0; i < layer->sizes[last]; i++)
        {
            const int32_t sum = scaled(layer, 0, *a) + layer->sign * scaled(layer, 1, *b);
            const int32_t value = tf_multiply(sum, layer->output_multiplier, layer->output_exponent);
            *output++ = (int8_t)tf_clamp(value + layer->output_zero_point, layer->activation);
            a += layer->first_steps[last];
            b += layer->second_steps[last];
        }
    } while (tf_walk_on(&walk, layer->sizes, layer->first_steps, layer->second_steps));
}
