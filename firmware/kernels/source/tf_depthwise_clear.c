#include "tf_depthwise_plane.h"

void tf_depthwise_clear(const tf_depthwise *layer, int16_t *plane)
{
    for (int32_t i = 0; i < layer->plane_height * layer->plane_width; i++)
    {
        plane[i] = (int16_t)layer->input_zero_point;
    }
}
