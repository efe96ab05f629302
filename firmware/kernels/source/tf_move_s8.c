#include <string.h>

#include "tf_kernels.h"

void tf_move_s8(const tf_move *layer, const int8_t *from, int8_t *to)
{
    const int32_t last = TF_RANK - 1;
    const int32_t count = layer->sizes[last];
    const int32_t from_step = layer->from_steps[last];
    const int32_t to_step = layer->to_steps[last];
    int32_t at[TF_RANK] = {0};
    for (;;)
    {
        if (from_step == 1 && to_step == 1)
        {
            memcpy(to, from, (size_t)count);
        }
        else
        {
            for (int32_t i = 0; i < count; i++)
            {
                to[i * to_step] = from[i * from_step];
            }
        }
        int32_t axis = last - 1;
        while (axis >= 0 && ++at[axis] == layer->sizes[axis])
        {
            from -= (at[axis] - 1) * layer->from_steps[axis];
            to -= (at[axis] - 1) * layer->to_steps[axis];
            at[axis] = 0;
            axis--;
        }
        if (axis < 0)
        {
            return;
        }
        from += layer->from_steps[axis];
        to += layer->to_steps[axis];
    }
}
