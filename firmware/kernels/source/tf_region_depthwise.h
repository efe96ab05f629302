/* The specialised depthwise convolutions on regions. Not part of the kernels' interface. */
#ifndef TF_REGION_DEPTHWISE_H
#define TF_REGION_DEPTHWISE_H

#include "tf_depthwise_template.h"
#include "tf_region_rows.h"

typedef struct
{
    /* Of the region alone. */
    tf_depthwise layer;
    /* From the rows of the input that lie in ascending order, and from those after the ring began anew. */
    tf_depthwise_plane copies[2];
} tf_region_plane;

/* Fills the plane in the scratch with the input's zero point. */
tf_region_plane tf_region_depthwise_start(const tf_region_call *call, int32_t kernel, int32_t stride);

/* Copies the next channel into the plane. */
void tf_region_depthwise_copy(tf_region_plane *plane);

/* The body of a kernel, as TF_DEPTHWISE_LAYER. */
#define TF_REGION_DEPTHWISE(kernel, stride, consumed_bytes)                                                    \
    tf_region_plane plane = tf_region_depthwise_start(call, kernel, stride);                                   \
    tf_depthwise *layer = &plane.layer;                                                                        \
    TF_DEPTHWISE_FRAME(stride, kernel, consumed_bytes);                                                        \
    const uint8_t *record = layer->records;                                                                    \
    for (int32_t channel = 0; channel < layer->channels; channel++)                                            \
    {                                                                                                          \
        tf_region_depthwise_copy(&plane);                                                                      \
        for (int32_t row = call->output.top; row < call->output.bottom; row += layer->out_height)              \
        {                                                                                                      \
            int8_t *output = tf_pixel_at(&call->to, row, call->output.left);                                   \
            const int32_t above = (row - call->output.top) * stride * layer->plane_width;                      \
            int16_t *scratch = (int16_t *)call->op->scratch + above;                                           \
            layer->out_height = tf_rows_together(&call->to, row, call->output.bottom - row, layer->out_width); \
            TF_DEPTHWISE_CHANNEL(kernel, stride, consumed_bytes);                                              \
        }                                                                                                      \
        record += 4 + kernel * ((kernel + 3) & ~3) + (int32_t)sizeof(tf_requantisation);                       \
    }

#endif
