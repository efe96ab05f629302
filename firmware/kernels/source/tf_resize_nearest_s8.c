#include <string.h>

#include "tf_kernels.h"

void tf_resize_nearest_s8(const tf_resize *layer, const int8_t *input, int8_t *output)
{
    const int32_t channels = layer->channels;
    for (int32_t y = 0; y < layer->out_height; y++)
    {
        const int8_t *row = input + layer->rows[y] * layer->in_width * channels;
        for (int32_t x = 0; x < layer->out_width; x++, output += channels)
        {
            memcpy(output, row + layer->columns[x] * channels, (size_t)channels);
        }
    }
}
