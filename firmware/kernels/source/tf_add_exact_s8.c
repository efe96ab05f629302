#include "tf_requantise.h"

/* Both inputs are scaled up by 2^20 before the multiplication, as in TFLite's int8 addition. */
static int32_t scaled(const tf_add_exact *layer, int32_t which, int32_t value)
{
    const int32_t high = tf_srdhm((value - layer->zero_points[which]) * (1 << 20), layer->multipliers[which]);
    return tf_rdbp(high, layer->shifts[which]);
}

void tf_add_exact_s8(const tf_add_exact *layer, const int8_t *first, const int8_t *second, int8_t *output)
{
    for (int32_t i = 0; i < layer->size; i++)
    {
        const int32_t sum = scaled(layer, 0, first[i]) + scaled(layer, 1, second[i]);
        const int32_t value = tf_multiply(sum, layer->output_multiplier, layer->output_exponent);
        output[i] = (int8_t)tf_clamp(value + layer->output_zero_point, layer->activation);
    }
}
