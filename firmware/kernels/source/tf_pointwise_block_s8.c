#include "tf_pointwise_block_s8.h"

void tf_pointwise_block_s8(const uint32_t *expanded,
                           int32_t pixels,
                           int32_t channels4,
                           int32_t out_channels,
                           const uint8_t *records,
                           tf_activation activation,
                           int8_t *output)
{
    const int16_t *values = (const int16_t *)expanded;
    for (int32_t out = 0; out < out_channels; out++)
    {
        const int8_t *weights = (const int8_t *)records + 4;
        const tf_requantisation *by = (const tf_requantisation *)(records + 4 + channels4);
        for (int32_t pixel = 0; pixel < pixels; pixel++)
        {
            uint32_t sum = *(const uint32_t *)records;
            for (int32_t channel = 0; channel < channels4; channel += 4)
            {
                const int16_t *x = values + channel * pixels + 4 * pixel;
                const int8_t *w = weights + channel;
                sum += (uint32_t)(w[0] * x[0] + w[2] * x[1] + w[1] * x[2] + w[3] * x[3]);
            }
            output[pixel * out_channels + out] = (int8_t)tf_clamp(tf_requantise((int32_t)sum, by), activation);
        }
        records = (const uint8_t *)(by + 1);
    }
}
