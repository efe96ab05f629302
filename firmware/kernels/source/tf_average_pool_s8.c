#include "tf_requantise.h"

/* The part of a window that lies in the image. */
typedef struct
{
    int32_t rows;
    int32_t columns;
    int32_t channels;
    /* Bytes from a row of the image to the next. */
    int32_t row_bytes;
    tf_activation activation;
} part;

TF_INLINE int8_t average(int32_t sum, int32_t count, tf_activation activation)
{
    const int32_t rounded = sum > 0 ? sum + count / 2 : sum - count / 2;
    return (int8_t)tf_clamp(rounded / count, activation);
}

#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__)

#include <arm_acle.h>
#include <string.h>

/* Sums of so many bytes fit 16 bits. */
#define MOST_TOGETHER 255

/* Four channels at a time; returns how many are done. */
static int32_t pool_quads(const part *of, const int8_t *from, int8_t *to)
{
    const int32_t count = of->rows * of->columns;
    if (count > MOST_TOGETHER)
    {
        return 0;
    }
    int32_t channel = 0;
    for (; channel + 4 <= of->channels; channel += 4, from += 4, to += 4)
    {
        int16x2_t even = 0;
        int16x2_t odd = 0;
        const int8_t *row = from;
        for (int32_t y = 0; y < of->rows; y++, row += of->row_bytes)
        {
            const int8_t *value = row;
            for (int32_t x = 0; x < of->columns; x++, value += of->channels)
            {
                uint32_t bytes;
                memcpy(&bytes, value, 4);
                even = __sadd16(even, __sxtb16((int8x4_t)bytes));
                odd = __sadd16(odd, __sxtb16((int8x4_t)(bytes >> 8 | bytes << 24)));
            }
        }
        to[0] = average((int16_t)even, count, of->activation);
        to[1] = average((int16_t)odd, count, of->activation);
        to[2] = average((int32_t)even >> 16, count, of->activation);
        to[3] = average((int32_t)odd >> 16, count, of->activation);
    }
    return channel;
}

#else

static int32_t pool_quads(const part *of, const int8_t *from, int8_t *to)
{
    (void)of;
    (void)from;
    (void)to;
    return 0;
}

#endif

static void pool(const part *of, const int8_t *from, int8_t *to)
{
    const int32_t count = of->rows * of->columns;
    for (int32_t channel = pool_quads(of, from, to); channel < of->channels; channel++)
    {
        int32_t sum = 0;
        const int8_t *row = from + channel;
        for (int32_t y = 0; y < of->rows; y++, row += of->row_bytes)
        {
            const int8_t *value = row;
            for (int32_t x = 0; x < of->columns; x++, value += of->channels)
            {
                sum += *value;
            }
        }
        to[channel] = average(sum, count, of->activation);
    }
}

void tf_average_pool_s8(const tf_conv2d *layer, const int8_t *input, int8_t *output)
{
    const int32_t channels = layer->in_channels;
    for (int32_t out_y = 0; out_y < layer->out_height; out_y++)
    {
        const int32_t origin_y = out_y * layer->stride_height - layer->pad_top;
        const int32_t first_y = origin_y < 0 ? 0 : origin_y;
        const int32_t bottom = origin_y + layer->kernel_height;
        const int32_t end_y = bottom < layer->in_height ? bottom : layer->in_height;
        for (int32_t out_x = 0; out_x < layer->out_width; out_x++)
        {
            const int32_t origin_x = out_x * layer->stride_width - layer->pad_left;
            const int32_t first_x = origin_x < 0 ? 0 : origin_x;
            const int32_t right = origin_x + layer->kernel_width;
            const int32_t end_x = right < layer->in_width ? right : layer->in_width;
            const part of = {end_y - first_y, end_x - first_x, channels, layer->in_width * channels, layer->activation};
            pool(&of, input + (first_y * layer->in_width + first_x) * channels, output);
            output += channels;
        }
    }
}
