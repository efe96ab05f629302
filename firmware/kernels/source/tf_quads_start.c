#include "tf_depthwise_quads.h"

#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__)

#include <arm_acle.h>

TF_INLINE void spread(int16_t *to, const int8_t *bytes)
{
    const uint32_t word = *(const uint32_t *)(const void *)bytes;
    const int16x2_t even = __sxtb16((int8x4_t)word);
    const int16x2_t odd = __sxtb16((int8x4_t)(word >> 8 | word << 24));
    ((uint32_t *)(void *)to)[0] = (uint32_t)__sadd16(even, even);
    ((uint32_t *)(void *)to)[1] = (uint32_t)__sadd16(odd, odd);
}

#else

TF_INLINE void spread(int16_t *to, const int8_t *bytes)
{
    to[0] = (int16_t)(2 * bytes[0]);
    to[1] = (int16_t)(2 * bytes[2]);
    to[2] = (int16_t)(2 * bytes[1]);
    to[3] = (int16_t)(2 * bytes[3]);
}

#endif

tf_quads tf_quads_start(
    const tf_depthwise_quads *layer, const int8_t *input, void *scratch, int32_t channel, int32_t taps)
{
    int16_t *weights = scratch;
    const int8_t *bytes = (const int8_t *)layer->records + channel / 4 * (64 + 4 * taps) + 16;
    for (int32_t tap = 0; tap < taps; tap++, weights += 4, bytes += 4)
    {
        spread(weights, bytes);
    }
    /* Columns of the padding stay as they are for all channels. */
    if (channel == 0)
    {
        tf_quads_fill(weights, layer->slab_width * layer->slab_rows, layer->input_zero_point);
    }
    const tf_quads quads = {layer, input, weights, channel, 0, 0};
    return quads;
}

void tf_quads_clamp(const tf_depthwise_quads *layer, int8_t *output, int32_t lanes)
{
    for (int32_t i = 0; i < layer->out_height * layer->out_width; i++, output += layer->out_channels)
    {
        for (int32_t lane = 0; lane < lanes; lane++)
        {
            output[lane] = (int8_t)tf_clamp(output[lane], layer->activation);
        }
    }
}
