#include "tf_region_rows.h"

/* Some of the image's rows and columns of one channel, and where they stand in the scratch. */
typedef struct
{
    int32_t top;
    int32_t bottom;
    int32_t left;
    int32_t right;
    int8_t *values;
} plane;

static int32_t value_at(const tf_region_call *call, const plane *of, int32_t out, int32_t out_y, int32_t out_x)
{
    const tf_conv2d *layer = call->op->layer;
    const tf_exact_constants *by = call->op->constants;
    const int8_t *w = by->weights + out;
    uint32_t sum = (uint32_t)by->bias[out];
    for (int32_t kernel_y = 0; kernel_y < layer->kernel_height; kernel_y++)
    {
        const int32_t y = out_y * layer->stride_height - layer->pad_top + kernel_y * layer->dilation_height;
        for (int32_t kernel_x = 0; kernel_x < layer->kernel_width; kernel_x++, w += layer->out_channels)
        {
            const int32_t x = out_x * layer->stride_width - layer->pad_left + kernel_x * layer->dilation_width;
            if (y >= of->top && y < of->bottom && x >= of->left && x < of->right)
            {
                const int32_t value = of->values[(y - of->top) * (of->right - of->left) + x - of->left];
                sum += (uint32_t)(*w * (value - by->input_zero_point));
            }
        }
    }
    const int32_t value = tf_multiply((int32_t)sum, by->multipliers[out], by->exponents[out]);
    return tf_clamp(value + by->output_zero_point, layer->activation);
}

void tf_region_depthwise_s8(const tf_region_call *call)
{
    const tf_conv2d *layer = call->op->layer;
    const tf_region at = call->output;
    const int32_t last_y = (at.bottom - 1) * layer->stride_height - layer->pad_top;
    const int32_t last_x = (at.right - 1) * layer->stride_width - layer->pad_left;
    const plane of = {
        tf_most(at.top * layer->stride_height - layer->pad_top, 0),
        tf_least(last_y + (layer->kernel_height - 1) * layer->dilation_height + 1, layer->in_height),
        tf_most(at.left * layer->stride_width - layer->pad_left, 0),
        tf_least(last_x + (layer->kernel_width - 1) * layer->dilation_width + 1, layer->in_width),
        call->op->scratch,
    };
    const int32_t multiplier = layer->out_channels / layer->in_channels;
    for (int32_t channel = 0; channel < layer->in_channels; channel++)
    {
        /* A copy, so that the output may take the place of the input. */
        int8_t *to = of.values;
        for (int32_t y = of.top; y < of.bottom; y++)
        {
            for (int32_t x = of.left; x < of.right; x++)
            {
                *to++ = tf_pixel_at(&call->inputs[0], y, x)[channel];
            }
        }
        for (int32_t out = channel * multiplier; out < (channel + 1) * multiplier; out++)
        {
            for (int32_t out_y = at.top; out_y < at.bottom; out_y++)
            {
                for (int32_t out_x = at.left; out_x < at.right; out_x++)
                {
                    tf_pixel_at(&call->to, out_y, out_x)[out] = (int8_t)value_at(call, &of, out, out_y, out_x);
                }
            }
        }
    }
}
