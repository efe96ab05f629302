#include "tf_region_rows.h"

void tf_region_pointwise_s8(const tf_region_call *call)
{
    const tf_conv2d *layer = call->op->layer;
    const tf_view *from = &call->inputs[0];
    const int32_t columns = call->output.right - call->output.left;
    int32_t rows;
    for (int32_t row = call->output.top; row < call->output.bottom; row += rows)
    {
        const int32_t left = call->output.bottom - row;
        rows = tf_least(tf_rows_together(from, row, left, columns), tf_rows_together(&call->to, row, left, columns));
        const tf_pointwise part = {
            rows * columns, layer->in_channels, layer->out_channels, layer->activation, layer->records};
        const int8_t *input = tf_pixel_at(from, row, call->output.left);
        int8_t *output = tf_pixel_at(&call->to, row, call->output.left);
        if (call->op->constants == 0)
        {
            tf_pointwise_s8(&part, input, output, call->op->scratch);
        }
        else
        {
            tf_pointwise_exact_s8(&part, call->op->constants, input, output, call->op->scratch);
        }
    }
}
