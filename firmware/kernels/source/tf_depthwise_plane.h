/* The copy of one channel, with its padding, that depthwise kernels work on. Not part of the kernels' interface. */
#ifndef TF_DEPTHWISE_PLANE_H
#define TF_DEPTHWISE_PLANE_H

#include "tf_requantise.h"

/* Fills the plane with the input's zero point; the padding then stays so for all channels. */
void tf_depthwise_clear(const tf_depthwise *layer, int16_t *plane);

/* Copies one channel into the inner part of the plane. */
void tf_depthwise_copy(const tf_depthwise *layer, const int8_t *input, int16_t *plane);

#endif
