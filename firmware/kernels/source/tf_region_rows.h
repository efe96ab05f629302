/* Rows of a view. Not part of the kernels' interface. */
#ifndef TF_REGION_ROWS_H
#define TF_REGION_ROWS_H

#include "tf_region.h"
#include "tf_requantise.h"

TF_INLINE int32_t tf_slot_of(const tf_view *view, int32_t row)
{
    return view->slots == 0 ? row - view->top : (row - view->top) % view->slots;
}

TF_INLINE int8_t *tf_pixel_at(const tf_view *view, int32_t row, int32_t column)
{
    return view->base + tf_slot_of(view, row) * view->row_bytes + (column - view->left) * view->channels;
}

/* How many of the rows from `row` on lie in ascending order, before the ring begins anew. */
TF_INLINE int32_t tf_rows_ascending(const tf_view *view, int32_t row, int32_t rows)
{
    const int32_t left = view->slots == 0 ? rows : view->slots - tf_slot_of(view, row);
    return left < rows ? left : rows;
}

/* How many of these rows, cut to so many columns, follow each other without a gap; at least one. */
TF_INLINE int32_t tf_rows_together(const tf_view *view, int32_t row, int32_t rows, int32_t columns)
{
    return view->row_bytes == columns * view->channels ? tf_rows_ascending(view, row, rows) : 1;
}

TF_INLINE int32_t tf_least(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

TF_INLINE int32_t tf_most(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

#endif
