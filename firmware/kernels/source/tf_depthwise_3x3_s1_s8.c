#include "tf_region_depthwise.h"

#ifdef TF_DEPTHWISE_DSP

/* Values in r6-r8, E0 and O0 in r4 and r5, the step to the next row in r3; the bias in lr begins the sums. */
#define ROW(at, sum0, sum1, sum2, sum3) \
    "ldrd r4, r5, [r0, #" #at           \
    "]\n"                               \
    "ldm r1, {r6-r8}\n"                 \
    "smlad r9, r6, r4, " sum0           \
    "\n"                                \
    "smlatb r10, r6, r4, " sum1         \
    "\n"                                \
    "smlad r11, r7, r4, " sum2          \
    "\n"                                \
    "smlatb r12, r7, r4, " sum3         \
    "\n"                                \
    "smlabt r9, r7, r5, r9\n"           \
    "smlad r10, r7, r5, r10\n"          \
    "smlabt r11, r8, r5, r11\n"         \
    "smlad r12, r8, r5, r12\n"
#define NEXT "add r1, r1, r3\n"

TF_DEPTHWISE_FUNCTION(run,
                      "ldrd lr, r3, [r0, #28]\n" ROW(56, "lr", "lr", "lr", "lr") NEXT ROW(64, "r9", "r10", "r11", "r12")
                          NEXT ROW(72, "r9", "r10", "r11", "r12") TF_DW_NEXT_WINDOW)

#endif

void tf_depthwise_3x3_s1_s8(const tf_depthwise *layer, const int8_t *input, int8_t *output, void *scratch)
{
    TF_DEPTHWISE_LAYER(3, 1, 0);
}

void tf_region_depthwise_3x3_s1_s8(const tf_region_call *call)
{
    TF_REGION_DEPTHWISE(3, 1, 0);
}
