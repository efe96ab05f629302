#include "tf_requantise.h"

/*
 * Both inputs times 2^20, as in TFLite's int8 addition, times their multipliers: for the major one that is 2^19 with
 * nothing to round. The sum is doubled for tf_requantise.
 */
TF_INLINE int8_t add(int32_t major, int32_t minor, const tf_add *layer)
{
    const int32_t scaled = tf_requantise(minor * (1 << 21) - layer->minor_offset, &layer->minor);
    const int32_t sum2 = major * (1 << 20) - layer->major_offset + 2 * scaled;
    return (int8_t)tf_saturate(tf_requantise(sum2, &layer->output));
}

void tf_add_s8(const tf_add *layer, const int8_t *major, const int8_t *minor, int8_t *output)
{
    const tf_add by = *layer;
    int32_t i = 0;
    for (; i + 4 <= by.size; i += 4)
    {
        output[i] = add(major[i], minor[i], &by);
        output[i + 1] = add(major[i + 1], minor[i + 1], &by);
        output[i + 2] = add(major[i + 2], minor[i + 2], &by);
        output[i + 3] = add(major[i + 3], minor[i + 3], &by);
    }
    for (; i < by.size; i++)
    {
        output[i] = add(major[i], minor[i], &by);
    }
    if (by.activation.min > -128 || by.activation.max < 127)
    {
        for (i = 0; i < by.size; i++)
        {
            output[i] = (int8_t)tf_clamp(output[i], by.activation);
        }
    }
}
