#include "tf_softmax_row.h"

void tf_softmax_s8(const tf_softmax *layer, const int8_t *input, int8_t *output)
{
    for (int32_t row = 0; row < layer->rows; row++, input += layer->depth, output += layer->depth)
    {
        const int32_t max = tf_row_max(input, layer->depth);
        const int32_t sum = tf_row_sum(layer, input, max);
        const int32_t headroom = tf_leading_zeros(sum);
        const int32_t reciprocal = tf_one_over_one_plus((int32_t)(((uint32_t)sum << headroom) - 0x80000000u));
        const int32_t exponent = 12 - headroom + 23;
        for (int32_t i = 0; i < layer->depth; i++)
        {
            const int32_t below = max - input[i];
            /* Beyond 31 all shares round to 0. */
            const int32_t share = below >= layer->exp_count || exponent > 31
                                      ? 0
                                      : tf_rdbp(tf_srdhm(reciprocal, layer->exps[below]), exponent);
            output[i] = (int8_t)(share > 255 ? 127 : share - 128);
        }
    }
}
