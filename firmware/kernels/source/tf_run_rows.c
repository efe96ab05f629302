#include "tf_region.h"

void tf_run_rows(const tf_row_chain *chain)
{
    for (int32_t i = 0; i < chain->call_count; i++)
    {
        const tf_row_call *rows = &chain->calls[i];
        const tf_region_op *op = &chain->ops[rows->op];
        const tf_view *to = &chain->images[op->output];
        const tf_region_call call = {
            op,
            {(int16_t)rows->top, (int16_t)(rows->top + rows->rows), 0, (int16_t)(to->row_bytes / to->channels)},
            {chain->images[op->inputs[0]], chain->images[op->inputs[1]]},
            *to,
        };
        op->run(&call);
    }
}
