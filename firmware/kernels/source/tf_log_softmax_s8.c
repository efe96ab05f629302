#include "tf_softmax_row.h"

#define ROOT_OF_HALF 1518500250
#define FOURTH_ROOT_OF_HALF 1805811301
#define LOG_2 1488522236
#define QUARTER_IN_Q6 8388608

static int32_t saturated(int64_t value)
{
    return value > INT32_MAX ? INT32_MAX : value < INT32_MIN ? INT32_MIN : (int32_t)value;
}

static int32_t larger(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

/* Logarithm of a Q12 number >= 1, in Q5. TFLite's log_x_for_x_greater_than_or_equal_to_1. */
static int32_t log_in_q5(int32_t value)
{
    const int32_t headroom_a = tf_leading_zeros(value) - 1;
    const int32_t ratio_a =
        tf_shift_left_saturating(tf_srdhm(tf_shift_left_saturating(value, headroom_a), ROOT_OF_HALF), 1);
    const int32_t power_a = saturated((int64_t)tf_shift_left_saturating(11 - headroom_a, 25) + QUARTER_IN_Q6);
    const int32_t headroom_b = tf_leading_zeros(tf_srdhm(value, ROOT_OF_HALF)) - 1;
    const int32_t ratio_b = tf_shift_left_saturating(value, headroom_b);
    const int32_t power_b = saturated((int64_t)tf_shift_left_saturating(12 - headroom_b, 25) - QUARTER_IN_Q6);
    const int32_t ratio = ratio_a < ratio_b ? ratio_a : ratio_b;
    const int32_t power = larger(power_a, power_b);

    const int32_t p = (int32_t)(((int64_t)ratio + FOURTH_ROOT_OF_HALF + 1) / 2);
    const int32_t q = 2 * (ratio - FOURTH_ROOT_OF_HALF);
    const int32_t square = tf_srdhm(q, q);
    /* A rational approximation around the fourth root of a half. */
    const int32_t numerator = tf_srdhm(q, ratio) + tf_srdhm(tf_srdhm(q, square), 117049297);
    const int32_t denominator = tf_srdhm(p, 1057819769 + q + tf_srdhm(127690142, square)) + tf_srdhm(638450708, q);
    const int32_t quotient = tf_srdhm(tf_rdbp(numerator, 6), tf_one_over_one_plus(denominator));
    return tf_shift_left_saturating(tf_srdhm(power, LOG_2) + quotient, 1);
}

void tf_log_softmax_s8(const tf_softmax *layer, const int8_t *input, int8_t *output)
{
    for (int32_t row = 0; row < layer->rows; row++, input += layer->depth, output += layer->depth)
    {
        const int32_t max = tf_row_max(input, layer->depth);
        const int32_t log_of_sum = log_in_q5(tf_row_sum(layer, input, max));
        /* Differences down to here have a logarithm that fits. */
        const int32_t lowest = tf_multiply(
            (int32_t)((uint32_t)log_of_sum - 0x80000000u), layer->reverse_multiplier, layer->reverse_exponent);
        const int32_t least = larger(-layer->exp_count, lowest);
        for (int32_t i = 0; i < layer->depth; i++)
        {
            const int32_t difference = input[i] - max;
            int32_t value = -128;
            if (difference > least)
            {
                const uint32_t scaled = (uint32_t)tf_multiply(difference, layer->multiplier, layer->exponent);
                value = tf_saturate(tf_rdbp((int32_t)(scaled - (uint32_t)log_of_sum), 22) + 127);
            }
            output[i] = (int8_t)value;
        }
    }
}
