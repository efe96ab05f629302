#include "tf_region_rows.h"

void tf_region_average_pool_s8(const tf_region_call *call)
{
    const tf_conv2d *layer = call->op->layer;
    for (int32_t out_y = call->output.top; out_y < call->output.bottom; out_y++)
    {
        const int32_t origin_y = out_y * layer->stride_height - layer->pad_top;
        const int32_t first_y = tf_most(origin_y, 0);
        const int32_t end_y = tf_least(origin_y + layer->kernel_height, layer->in_height);
        for (int32_t out_x = call->output.left; out_x < call->output.right; out_x++)
        {
            const int32_t origin_x = out_x * layer->stride_width - layer->pad_left;
            const int32_t first_x = tf_most(origin_x, 0);
            const int32_t end_x = tf_least(origin_x + layer->kernel_width, layer->in_width);
            const int32_t count = (end_y - first_y) * (end_x - first_x);
            int8_t *to = tf_pixel_at(&call->to, out_y, out_x);
            for (int32_t channel = 0; channel < layer->in_channels; channel++)
            {
                int32_t sum = 0;
                for (int32_t y = first_y; y < end_y; y++)
                {
                    const int8_t *from = tf_pixel_at(&call->inputs[0], y, first_x) + channel;
                    for (int32_t x = first_x; x < end_x; x++, from += layer->in_channels)
                    {
                        sum += *from;
                    }
                }
                const int32_t rounded = sum > 0 ? sum + count / 2 : sum - count / 2;
                to[channel] = (int8_t)tf_clamp(rounded / count, layer->activation);
            }
        }
    }
}
