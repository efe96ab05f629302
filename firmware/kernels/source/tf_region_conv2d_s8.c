#include <string.h>

#include "tf_pointwise_block_s8.h"
#include "tf_region_rows.h"

/* Copies the window of one output pixel in HWC order; what lies outside the image is its zero point. */
static void gather(const tf_conv2d *layer, const tf_view *from, int32_t out_y, int32_t out_x, int8_t *to)
{
    const int32_t channels = layer->in_channels;
    const int32_t origin_x = out_x * layer->stride_width - layer->pad_left;
    const int is_compact =
        layer->dilation_width == 1 && origin_x >= 0 && origin_x + layer->kernel_width <= layer->in_width;
    for (int32_t kernel_y = 0; kernel_y < layer->kernel_height; kernel_y++)
    {
        const int32_t y = out_y * layer->stride_height - layer->pad_top + kernel_y * layer->dilation_height;
        const int y_inside = y >= 0 && y < layer->in_height;
        if (y_inside && is_compact)
        {
            memcpy(to, tf_pixel_at(from, y, origin_x), (size_t)(layer->kernel_width * channels));
            to += layer->kernel_width * channels;
            continue;
        }
        for (int32_t kernel_x = 0; kernel_x < layer->kernel_width; kernel_x++, to += channels)
        {
            const int32_t x = origin_x + kernel_x * layer->dilation_width;
            if (y_inside && x >= 0 && x < layer->in_width)
            {
                memcpy(to, tf_pixel_at(from, y, x), (size_t)channels);
            }
            else
            {
                memset(to, layer->input_zero_point, (size_t)channels);
            }
        }
    }
}

/* The window stands in the scratch of a pixel; `taps4` of it are read. */
static void exact_pixel(const tf_conv2d *layer, const tf_exact_constants *by, const int8_t *window, int8_t *output)
{
    const int32_t taps = layer->kernel_height * layer->kernel_width * layer->in_channels;
    const int8_t *w = by->weights;
    for (int32_t out = 0; out < layer->out_channels; out++, w += taps)
    {
        uint32_t sum = (uint32_t)by->bias[out];
        for (int32_t tap = 0; tap < taps; tap++)
        {
            sum += (uint32_t)(w[tap] * (window[tap] - by->input_zero_point));
        }
        const int32_t value = tf_multiply((int32_t)sum, by->multipliers[out], by->exponents[out]);
        output[out] = (int8_t)tf_clamp(value + by->output_zero_point, layer->activation);
    }
}

static void make_row(const tf_region_call *call, int32_t row, int8_t *window)
{
    const tf_conv2d *layer = call->op->layer;
    const int32_t taps4 = (layer->kernel_height * layer->kernel_width * layer->in_channels + 3) & ~3;
    int8_t *output = tf_pixel_at(&call->to, row, call->output.left);
    int32_t column = call->output.left;
    while (column < call->output.right)
    {
        const int32_t pixels = call->op->constants == 0 ? tf_pointwise_pixels(call->output.right - column) : 1;
        for (int32_t pixel = 0; pixel < pixels; pixel++, column++)
        {
            gather(layer, &call->inputs[0], row, column, window);
            uint32_t *to = (uint32_t *)call->op->scratch + 2 * pixel;
            for (int32_t tap = 0; tap < taps4; tap += 4, to += 2 * pixels)
            {
                tf_expand4(to, *(const uint32_t *)(window + tap));
            }
        }
        if (call->op->constants == 0)
        {
            tf_pointwise_block_s8(
                call->op->scratch, pixels, taps4, layer->out_channels, layer->records, layer->activation, output);
        }
        else
        {
            exact_pixel(layer, call->op->constants, window, output);
        }
        output += pixels * layer->out_channels;
    }
}

void tf_region_conv2d_s8(const tf_region_call *call)
{
    const tf_conv2d *layer = call->op->layer;
    const int32_t taps = layer->kernel_height * layer->kernel_width * layer->in_channels;
    const int32_t columns = call->output.right - call->output.left;
    int8_t *window = (int8_t *)call->op->scratch + TF_POINTWISE_SCRATCH(columns, taps);
    memset(window + ((taps + 3) & ~3) - 4, 0, 4);
    for (int32_t row = call->output.top; row < call->output.bottom; row++)
    {
        make_row(call, row, window);
    }
}
