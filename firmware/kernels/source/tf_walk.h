/* Counting through the dimensions of two tensors at a time. Not part of the kernels' interface. */
#ifndef TF_WALK_H
#define TF_WALK_H

#include "tf_requantise.h"

/* Where a walk is: an index for each dimension but the last, and the offset that they give in either tensor. */
typedef struct
{
    int32_t at[TF_RANK - 1];
    int32_t first;
    int32_t second;
} tf_walk;

/* To the next row; 0 after the last one. */
TF_INLINE int tf_walk_on(tf_walk *walk, const int32_t *sizes, const int32_t *first_steps, const int32_t *second_steps)
{
    for (int32_t axis = TF_RANK - 2; axis >= 0; axis--)
    {
        walk->first += first_steps[axis];
        walk->second += second_steps[axis];
        if (++walk->at[axis] < sizes[axis])
        {
            return 1;
        }
        walk->first -= sizes[axis] * first_steps[axis];
        walk->second -= sizes[axis] * second_steps[axis];
        walk->at[axis] = 0;
    }
    return 0;
}

#endif
