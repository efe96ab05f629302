#include "tf_depthwise_plane.h"

tf_depthwise_plane tf_depthwise_start(const tf_depthwise *layer, const int8_t *input, int16_t *plane)
{
    for (int32_t i = 0; i < layer->plane_height * layer->plane_width; i++)
    {
        plane[i] = (int16_t)layer->input_zero_point;
    }
    /* With a stride of 2 the windows may leave out the last row or column. */
    const int32_t room_y = layer->plane_height - layer->pad_top;
    const int32_t room_x = layer->plane_width - layer->pad_left;
    const int32_t width = layer->in_width < room_x ? layer->in_width : room_x;
    const tf_depthwise_plane copy = {input,
                                     plane + layer->pad_top * layer->plane_width + layer->pad_left,
                                     layer->channels,
                                     3 * layer->channels,
                                     layer->in_height < room_y ? layer->in_height : room_y,
                                     width,
                                     (layer->in_width - width) * layer->channels,
                                     2 * (layer->plane_width - width)};
    return copy;
}
