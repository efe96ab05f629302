#include <string.h>

#include "tf_requantise.h"

/* The larger of each pair of bytes. */
static void take_larger(int8_t *of, const int8_t *with, int32_t count)
{
    int32_t i = 0;
#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__)
    for (; i + 4 <= count; i += 4)
    {
        uint32_t a, b, larger;
        memcpy(&a, of + i, 4);
        memcpy(&b, with + i, 4);
        __asm__("ssub8 %0, %1, %2\n\tsel %0, %1, %2" : "=&r"(larger) : "r"(a), "r"(b));
        memcpy(of + i, &larger, 4);
    }
#endif
    for (; i < count; i++)
    {
        of[i] = of[i] < with[i] ? with[i] : of[i];
    }
}

void tf_max_pool_s8(const tf_conv2d *layer, const int8_t *input, int8_t *output)
{
    const int32_t channels = layer->in_channels;
    int8_t *to = output;
    for (int32_t out_y = 0; out_y < layer->out_height; out_y++)
    {
        for (int32_t out_x = 0; out_x < layer->out_width; out_x++, to += channels)
        {
            memset(to, -128, (size_t)channels);
            for (int32_t kernel_y = 0; kernel_y < layer->kernel_height; kernel_y++)
            {
                const int32_t y = out_y * layer->stride_height - layer->pad_top + kernel_y;
                for (int32_t kernel_x = 0; kernel_x < layer->kernel_width; kernel_x++)
                {
                    const int32_t x = out_x * layer->stride_width - layer->pad_left + kernel_x;
                    if (y >= 0 && y < layer->in_height && x >= 0 && x < layer->in_width)
                    {
                        take_larger(to, input + (y * layer->in_width + x) * channels, channels);
                    }
                }
            }
        }
    }
    if (layer->activation.min > -128 || layer->activation.max < 127)
    {
        for (int8_t *value = output; value < to; value++)
        {
            *value = (int8_t)tf_clamp(*value, layer->activation);
        }
    }
}
