#include "tf_requantise.h"

static int32_t sum_of(const tf_mean *layer, const int8_t *from)
{
    int32_t sum = 0;
    for (int32_t a = 0; a < layer->counted[0]; a++, from += layer->counted_steps[0])
    {
        const int8_t *row = from;
        for (int32_t b = 0; b < layer->counted[1]; b++, row += layer->counted_steps[1])
        {
            const int8_t *value = row;
            for (int32_t c = 0; c < layer->counted[2]; c++, value += layer->counted_steps[2])
            {
                sum += *value;
            }
        }
    }
    return sum;
}

void tf_mean_s8(const tf_mean *layer, const int8_t *input, int8_t *output)
{
    for (int32_t a = 0; a < layer->kept[0]; a++, input += layer->kept_steps[0])
    {
        const int8_t *row = input;
        for (int32_t b = 0; b < layer->kept[1]; b++, row += layer->kept_steps[1])
        {
            const int8_t *from = row;
            for (int32_t c = 0; c < layer->kept[2]; c++, from += layer->kept_steps[2])
            {
                const int32_t centred = sum_of(layer, from) - layer->input_offset;
                const int32_t value = tf_multiply(centred, layer->multiplier, layer->exponent);
                *output++ = (int8_t)tf_saturate(value + layer->output_zero_point);
            }
        }
    }
}
