#include <string.h>

#include "tf_walk.h"

void tf_move_s8(const tf_move *layer, const int8_t *from, int8_t *to)
{
    const int32_t count = layer->sizes[TF_RANK - 1];
    const int32_t from_step = layer->from_steps[TF_RANK - 1];
    const int32_t to_step = layer->to_steps[TF_RANK - 1];
    tf_walk walk = {0};
    do
    {
        const int8_t *source = from + walk.first;
        int8_t *target = to + walk.second;
        if (from_step == 1 && to_step == 1)
        {
            memcpy(target, source, (size_t)count);
            continue;
        }
        for (int32_t i = 0; i < count; i++, source += from_step, target += to_step)
        {
            *target = *source;
        }
    } while (tf_walk_on(&walk, layer->sizes, layer->from_steps, layer->to_steps));
}
