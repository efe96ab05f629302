/* Depthwise convolution for a kernel size and a stride known at compile time. Not part of the kernels' interface. */
#ifndef TF_DEPTHWISE_TEMPLATE_H
#define TF_DEPTHWISE_TEMPLATE_H

#include "tf_depthwise_plane.h"

TF_INLINE void tf_depthwise_template(const tf_depthwise *layer,
                                     const int8_t *input,
                                     int8_t *output,
                                     void *scratch,
                                     const int32_t kernel,
                                     const int32_t stride)
{
    const int32_t row_bytes = (kernel + 3) & ~3;
    const int32_t width = layer->plane_width;
    int16_t *plane = scratch;
    const uint8_t *record = layer->records;
    tf_depthwise_clear(layer, plane);
    for (int32_t channel = 0; channel < layer->channels; channel++)
    {
        const int8_t *weights = (const int8_t *)record + 4;
        const tf_requantisation *by = (const tf_requantisation *)(record + 4 + kernel * row_bytes);
        tf_depthwise_copy(layer, input + channel, plane);
        int8_t *to = output + channel;
        for (int32_t out_y = 0; out_y < layer->out_height; out_y++)
        {
            const int16_t *from = plane + out_y * stride * width;
            for (int32_t out_x = 0; out_x < layer->out_width; out_x++, from += stride, to += layer->channels)
            {
                int32_t sum = 0;
                for (int32_t y = 0; y < kernel; y++)
                {
                    for (int32_t x = 0; x < kernel; x++)
                    {
                        sum += weights[y * row_bytes + x] * from[y * width + x];
                    }
                }
                const int32_t doubled = (int32_t)(*(const uint32_t *)record + 2u * (uint32_t)sum);
                *to = (int8_t)tf_clamp(tf_requantise(doubled, by), layer->activation);
            }
        }
        record = (const uint8_t *)(by + 1);
    }
}

#endif
