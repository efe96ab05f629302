#include "tf_depthwise_quads.h"

#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__)

#include <arm_acle.h>

/* Four channels that stand side by side. */
static void copy_four(int16_t *to, const int8_t *from, int32_t channels, int32_t width)
{
    const int16_t *end = to + 4 * width;
    for (; to != end; to += 4, from += channels)
    {
        uint32_t bytes;
        memcpy(&bytes, from, 4);
        const int16x2_t even = __sxtb16((int8x4_t)bytes);
        const int16x2_t odd = __sxtb16((int8x4_t)(bytes >> 8 | bytes << 24));
        memcpy(to, &even, 4);
        memcpy(to + 2, &odd, 4);
    }
}

#else

static void copy_four(int16_t *to, const int8_t *from, int32_t channels, int32_t width)
{
    for (int32_t x = 0; x < width; x++, to += 4, from += channels)
    {
        to[0] = from[0];
        to[1] = from[2];
        to[2] = from[1];
        to[3] = from[3];
    }
}

#endif

/* Fewer than four at the end, or several of one input channel. */
static void copy_lanes(const tf_quads *quads, int16_t *to, const int8_t *from, int32_t width)
{
    static const int8_t places[4] = {0, 2, 1, 3};
    const tf_depthwise_quads *layer = quads->layer;
    const int32_t multiplier = layer->out_channels / layer->in_channels;
    for (int32_t lane = 0; lane < 4 && quads->channel + lane < layer->out_channels; lane++)
    {
        const int8_t *value = from + (quads->channel + lane) / multiplier;
        for (int32_t x = 0; x < width; x++, value += layer->in_channels)
        {
            to[4 * x + places[lane]] = *value;
        }
    }
}

static void load(const tf_quads *quads, int16_t *to)
{
    const tf_depthwise_quads *layer = quads->layer;
    const int32_t row = quads->next - layer->pad_top;
    if (row < 0 || row >= layer->in_height)
    {
        tf_quads_fill(to, layer->slab_width, layer->input_zero_point);
        return;
    }
    /* Windows may leave out the last columns. */
    const int32_t room = layer->slab_width - layer->pad_left;
    const int32_t width = layer->in_width < room ? layer->in_width : room;
    const int8_t *from = quads->input + row * layer->in_width * layer->in_channels;
    int16_t *inner = to + 4 * layer->pad_left;
    if (layer->in_channels == layer->out_channels && quads->channel + 4 <= layer->out_channels)
    {
        copy_four(inner, from + quads->channel, layer->in_channels, width);
    }
    else
    {
        copy_lanes(quads, inner, from, width);
    }
}

const int16_t *tf_quads_rows(tf_quads *quads, int32_t top, int32_t count)
{
    const int32_t row_size = 4 * quads->layer->slab_width;
    if (top + count - quads->first > quads->layer->slab_rows)
    {
        const int32_t kept = quads->next - top;
        if (kept > 0)
        {
            memmove(quads->slab,
                    quads->slab + (top - quads->first) * row_size,
                    (size_t)(kept * row_size) * sizeof(*quads->slab));
        }
        quads->first = top;
        quads->next = kept > 0 ? quads->next : top;
    }
    for (; quads->next < top + count; quads->next++)
    {
        load(quads, quads->slab + (quads->next - quads->first) * row_size);
    }
    return quads->slab + (top - quads->first) * row_size;
}
