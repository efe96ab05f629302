#include "tf_region.h"

static tf_view view_of(const tf_patches *patches, const tf_region *regions, int32_t image)
{
    tf_view view = patches->images[image];
    if (view.row_bytes == 0)
    {
        view.top = regions[image].top;
        view.left = regions[image].left;
        view.row_bytes = (regions[image].right - regions[image].left) * view.channels;
    }
    return view;
}

void tf_run_patches(const tf_patches *patches)
{
    const tf_region *regions = patches->regions;
    for (int32_t patch = 0; patch < patches->patch_count; patch++, regions += patches->op_count)
    {
        for (int32_t i = 0; i < patches->op_count; i++)
        {
            const tf_region_op *op = &patches->ops[i];
            const tf_region_call call = {
                op,
                regions[i],
                {view_of(patches, regions, op->inputs[0]), view_of(patches, regions, op->inputs[1])},
                view_of(patches, regions, op->output),
            };
            op->run(&call);
        }
    }
}
