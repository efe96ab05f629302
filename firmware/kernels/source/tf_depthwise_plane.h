/* The copy of one channel, with its padding, that depthwise kernels work on. Not part of the kernels' interface. */
#ifndef TF_DEPTHWISE_PLANE_H
#define TF_DEPTHWISE_PLANE_H

#include "tf_requantise.h"

/* How a channel gets into the plane, in the order in which the copy loads it. */
typedef struct
{
    const int8_t *from;
    int16_t *to;
    int32_t channels;
    int32_t channels_3;
    int32_t height;
    int32_t width;
    /* Bytes from the end of a row to the start of the next. */
    int32_t from_skip;
    int32_t to_skip;
} tf_depthwise_plane;

/* Fills the plane with the input's zero point: the padding then stays so for all channels. */
tf_depthwise_plane tf_depthwise_start(const tf_depthwise *layer, const int8_t *input, int16_t *plane);

/* Copies one channel into the inner part of the plane. */
void tf_depthwise_copy(const tf_depthwise_plane *plane);

#endif
