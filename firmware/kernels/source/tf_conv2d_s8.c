#include "tf_pointwise_block_s8.h"

/* Copies the window of one output pixel in HWC order; what lies outside the input is its zero point. */
static void gather(const tf_conv2d *layer, const int8_t *input, int32_t out_y, int32_t out_x, int8_t *to)
{
    const int32_t channels = layer->in_channels;
    const int32_t origin_x = out_x * layer->stride_width - layer->pad_left;
    for (int32_t kernel_y = 0; kernel_y < layer->kernel_height; kernel_y++)
    {
        const int32_t y = out_y * layer->stride_height - layer->pad_top + kernel_y * layer->dilation_height;
        const int8_t *row = input + y * layer->in_width * channels;
        const int y_inside = y >= 0 && y < layer->in_height;
        if (y_inside && layer->dilation_width == 1 && origin_x >= 0 &&
            origin_x + layer->kernel_width <= layer->in_width)
        {
            memcpy(to, row + origin_x * channels, (size_t)(layer->kernel_width * channels));
            to += layer->kernel_width * channels;
            continue;
        }
        for (int32_t kernel_x = 0; kernel_x < layer->kernel_width; kernel_x++, to += channels)
        {
            const int32_t x = origin_x + kernel_x * layer->dilation_width;
            if (y_inside && x >= 0 && x < layer->in_width)
            {
                memcpy(to, row + x * channels, (size_t)channels);
            }
            else
            {
                memset(to, layer->input_zero_point, (size_t)channels);
            }
        }
    }
}

/* The same, already expanded (see tf_expand4), `step` words apart; the channels are a multiple of four. */
static void gather_expanded(
    const tf_conv2d *layer, const int8_t *input, int32_t out_y, int32_t out_x, uint32_t *to, int32_t step)
{
    const int32_t channels = layer->in_channels;
    const int32_t quads = channels / 4;
    const int32_t origin_x = out_x * layer->stride_width - layer->pad_left;
    const int is_compact =
        layer->dilation_width == 1 && origin_x >= 0 && origin_x + layer->kernel_width <= layer->in_width;
    uint32_t padding[2];
    tf_expand4(padding, ((uint32_t)layer->input_zero_point & 0xFFu) * 0x01010101u);
    for (int32_t kernel_y = 0; kernel_y < layer->kernel_height; kernel_y++)
    {
        const int32_t y = out_y * layer->stride_height - layer->pad_top + kernel_y * layer->dilation_height;
        const int8_t *row = input + y * layer->in_width * channels;
        const int y_inside = y >= 0 && y < layer->in_height;
        if (y_inside && is_compact)
        {
            to = tf_expand_quads(to, row + origin_x * channels, layer->kernel_width * quads, step);
            continue;
        }
        for (int32_t kernel_x = 0; kernel_x < layer->kernel_width; kernel_x++)
        {
            const int32_t x = origin_x + kernel_x * layer->dilation_width;
            if (y_inside && x >= 0 && x < layer->in_width)
            {
                to = tf_expand_quads(to, row + x * channels, quads, step);
                continue;
            }
            for (int32_t quad = 0; quad < quads; quad++, to += step)
            {
                to[0] = padding[0];
                to[1] = padding[1];
            }
        }
    }
}

void tf_conv2d_s8(const tf_conv2d *layer, const int8_t *input, int8_t *output, void *scratch)
{
    const int32_t taps = layer->kernel_height * layer->kernel_width * layer->in_channels;
    const int32_t taps4 = (taps + 3) & ~3;
    const int is_aligned = layer->in_channels % 4 == 0;
    int32_t left = layer->out_height * layer->out_width;
    int8_t *window = (int8_t *)scratch + 2 * taps4 * (left < layer->pixels_together ? left : layer->pixels_together);
    if (!is_aligned)
    {
        memset(window + taps4 - 4, 0, 4);
    }
    int32_t out_y = 0;
    int32_t out_x = 0;
    while (left > 0)
    {
        const int32_t pixels = tf_pixels_together(left, layer->pixels_together);
        for (int32_t pixel = 0; pixel < pixels; pixel++)
        {
            uint32_t *to = (uint32_t *)scratch + 2 * pixel;
            if (is_aligned)
            {
                gather_expanded(layer, input, out_y, out_x, to, 2 * pixels);
            }
            else
            {
                gather(layer, input, out_y, out_x, window);
                tf_expand_quads(to, window, taps4 / 4, 2 * pixels);
            }
            if (++out_x == layer->out_width)
            {
                out_x = 0;
                out_y++;
            }
        }
        tf_pointwise_block_s8(scratch, pixels, taps4, layer->out_channels, layer->records, layer->activation, output);
        output += pixels * layer->out_channels;
        left -= pixels;
    }
}
