#include "tf_region_depthwise.h"

tf_region_plane tf_region_depthwise_start(const tf_region_call *call, int32_t kernel, int32_t stride)
{
    const tf_conv2d *layer = call->op->layer;
    const tf_region at = call->output;
    const tf_view *from = &call->inputs[0];
    const int32_t rows = at.bottom - at.top;
    const int32_t columns = at.right - at.left;
    const int32_t height = (rows - 1) * stride + kernel;
    /* Wide enough for whole blocks of four outputs, and even. */
    const int32_t width = (((((columns + 3) & ~3) - 1) * stride + kernel) + 1) & ~1;
    const int32_t origin_y = at.top * stride - layer->pad_top;
    const int32_t origin_x = at.left * stride - layer->pad_left;
    const int32_t top = tf_most(origin_y, 0);
    const int32_t left = tf_most(origin_x, 0);
    const int32_t in_rows = tf_most(tf_least(origin_y + height, layer->in_height) - top, 0);
    const int32_t right = tf_least(origin_x + (columns - 1) * stride + kernel, layer->in_width);
    const int32_t in_columns = right - left;
    int16_t *plane = call->op->scratch;
    for (int32_t i = 0; i < height * width; i++)
    {
        plane[i] = (int16_t)layer->input_zero_point;
    }
    const int32_t first_rows = in_columns > 0 ? tf_rows_ascending(from, top, in_rows) : 0;
    const tf_depthwise_plane first = {
        tf_pixel_at(from, top, left),
        plane + (top - origin_y) * width + left - origin_x,
        from->channels,
        3 * from->channels,
        first_rows,
        in_columns,
        from->row_bytes - in_columns * from->channels,
        2 * (width - in_columns),
    };
    tf_depthwise_plane second = first;
    second.height = in_columns > 0 ? in_rows - first_rows : 0;
    second.from = tf_pixel_at(from, top + first_rows, left);
    second.to = first.to + first_rows * width;
    const tf_region_plane made = {
        {in_rows,
         in_columns,
         layer->in_channels,
         rows,
         columns,
         top - origin_y,
         left - origin_x,
         layer->input_zero_point,
         layer->activation,
         layer->records,
         height,
         width},
        {first, second},
    };
    return made;
}

void tf_region_depthwise_copy(tf_region_plane *plane)
{
    for (int32_t i = 0; i < 2; i++)
    {
        if (plane->copies[i].height > 0)
        {
            tf_depthwise_copy(&plane->copies[i]);
            plane->copies[i].from++;
        }
    }
}
