/* What softmax and its logarithm share. Not part of the kernels' interface. */
#ifndef TF_SOFTMAX_ROW_H
#define TF_SOFTMAX_ROW_H

#include "tf_fixed_point.h"

TF_INLINE int32_t tf_row_max(const int8_t *row, int32_t depth)
{
    int32_t max = -128;
    for (int32_t i = 0; i < depth; i++)
    {
        max = row[i] > max ? row[i] : max;
    }
    return max;
}

/* Sum of exp(element - max) in Q12, over the elements whose exp is not as good as 0. */
TF_INLINE int32_t tf_row_sum(const tf_softmax *layer, const int8_t *row, int32_t max)
{
    uint32_t sum = 0;
    for (int32_t i = 0; i < layer->depth; i++)
    {
        if (max - row[i] < layer->exp_count)
        {
            sum += (uint32_t)tf_rdbp(layer->exps[max - row[i]], 12);
        }
    }
    return (int32_t)sum;
}

#endif
