#include "tf_depthwise_plane.h"

void tf_depthwise_copy(const tf_depthwise *layer, const int8_t *input, int16_t *plane)
{
    /* With a stride of 2 the windows may leave out the last row or column. */
    const int32_t room_y = layer->plane_height - layer->pad_top;
    const int32_t room_x = layer->plane_width - layer->pad_left;
    const int32_t height = layer->in_height < room_y ? layer->in_height : room_y;
    const int32_t width = layer->in_width < room_x ? layer->in_width : room_x;
    for (int32_t y = 0; y < height; y++)
    {
        int16_t *to = plane + (y + layer->pad_top) * layer->plane_width + layer->pad_left;
        const int8_t *from = input + y * layer->in_width * layer->channels;
        for (int32_t x = 0; x < width; x++, from += layer->channels)
        {
            to[x] = *from;
        }
    }
}
