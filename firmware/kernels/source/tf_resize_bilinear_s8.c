#include "tf_kernels.h"

void tf_resize_bilinear_s8(const tf_resize *layer, const int8_t *input, int8_t *output)
{
    const int32_t channels = layer->channels;
    for (int32_t y = 0; y < layer->out_height; y++)
    {
        const int32_t *row = layer->rows + 3 * y;
        const int8_t *upper = input + row[0] * layer->in_width * channels;
        const int8_t *lower = input + row[1] * layer->in_width * channels;
        for (int32_t x = 0; x < layer->out_width; x++)
        {
            const int32_t *column = layer->columns + 3 * x;
            const int32_t left = column[0] * channels;
            const int32_t right = column[1] * channels;
            for (int32_t channel = 0; channel < channels; channel++)
            {
                const int32_t above = upper[left + channel] * (1024 - column[2]) + upper[right + channel] * column[2];
                const int32_t below = lower[left + channel] * (1024 - column[2]) + lower[right + channel] * column[2];
                const int32_t sum = above * (1024 - row[2]) + below * row[2];
                *output++ = (int8_t)((sum + (sum > 0 ? 524288 : -524288)) / 1048576);
            }
        }
    }
}
