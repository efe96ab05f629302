/* Depthwise convolution for a kernel size and a stride known at compile time. Not part of the kernels' interface. */
#ifndef TF_DEPTHWISE_TEMPLATE_H
#define TF_DEPTHWISE_TEMPLATE_H

#include "tf_depthwise_dsp.h"
#include "tf_depthwise_plane.h"

TF_INLINE void tf_depthwise_channel(const tf_depthwise *layer,
                                    const int16_t *plane,
                                    const uint8_t *record,
                                    int8_t *to,
                                    const int32_t kernel,
                                    const int32_t stride)
{
    const int32_t row_bytes = (kernel + 3) & ~3;
    const int32_t width = layer->plane_width;
    const int8_t *weights = (const int8_t *)record + 4;
    const tf_requantisation *by = (const tf_requantisation *)(record + 4 + kernel * row_bytes);
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
}

/* The body of a kernel; `run` is the function made by TF_DEPTHWISE_FUNCTION where there is one. */
#ifdef TF_DEPTHWISE_DSP
#define TF_DEPTHWISE_CHANNEL(kernel, stride, consumed_bytes) \
    tf_depthwise_channel_dsp(&frame, layer, scratch, record, output + channel, kernel, stride, run)
#define TF_DEPTHWISE_FRAME(stride, kernel, consumed_bytes) \
    tf_depthwise_frame frame = tf_depthwise_frame_of(layer, kernel, stride, consumed_bytes)
#else
#define TF_DEPTHWISE_CHANNEL(kernel, stride, consumed_bytes) \
    tf_depthwise_channel(layer, scratch, record, output + channel, kernel, stride)
#define TF_DEPTHWISE_FRAME(stride, kernel, consumed_bytes)
#endif
#define TF_DEPTHWISE_LAYER(kernel, stride, consumed_bytes)                               \
    tf_depthwise_plane plane = tf_depthwise_start(layer, input, scratch);                \
    TF_DEPTHWISE_FRAME(stride, kernel, consumed_bytes);                                  \
    const uint8_t *record = layer->records;                                              \
    for (int32_t channel = 0; channel < layer->channels; channel++)                      \
    {                                                                                    \
        tf_depthwise_copy(&plane);                                                       \
        plane.from++;                                                                    \
        TF_DEPTHWISE_CHANNEL(kernel, stride, consumed_bytes);                            \
        record += 4 + kernel * ((kernel + 3) & ~3) + (int32_t)sizeof(tf_requantisation); \
    }

#endif
