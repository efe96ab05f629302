#include "tf_region_rows.h"

void tf_region_add_s8(const tf_region_call *call)
{
    tf_add part = *(const tf_add *)call->op->layer;
    const tf_region at = call->output;
    const int32_t columns = at.right - at.left;
    int32_t rows;
    for (int32_t row = at.top; row < at.bottom; row += rows)
    {
        rows = tf_rows_together(&call->to, row, at.bottom - row, columns);
        rows = tf_rows_together(&call->inputs[0], row, rows, columns);
        rows = tf_rows_together(&call->inputs[1], row, rows, columns);
        part.size = rows * columns * call->to.channels;
        tf_add_s8(&part,
                  tf_pixel_at(&call->inputs[0], row, at.left),
                  tf_pixel_at(&call->inputs[1], row, at.left),
                  tf_pixel_at(&call->to, row, at.left));
    }
}
